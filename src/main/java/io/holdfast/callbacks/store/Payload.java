package io.holdfast.callbacks.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.callbacks.Endpoint;
import io.holdfast.callbacks.EventType;
import io.holdfast.callbacks.JobChange;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is sent: {@code type}, {@code timestamp} and {@code data} as Standard Webhooks want them,
 * and the version of this form. Fields may be added in a version, never removed. Under 20 KB: links
 * in the place of output.
 */
final class Payload {

  static final int VERSION = 1;

  /**
   * A character takes 6 bytes at most. A title has 800 bytes before it is escaped, 20 repositories
   * 64 each.
   */
  static final int MAX_REASON = 2000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private Payload() {}

  /**
   * @param links what links begin with
   */
  static String of(JobChange change, String links) {
    String job = links + "/api/jobs/" + change.job();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("job_id", change.job().toString());
    data.put("title", change.title());
    data.put("state", change.state());
    data.put("attempt", change.attempt());
    data.put("exit_code", change.exitCode());
    data.put("reason", shortened(change.reason()));
    data.put("owner", change.owner());
    data.put("repositories", change.repositories());
    data.put("links", Map.of("job", job, "output", job + "/output", "events", job + "/events"));
    return write(change.event(), change.at(), data);
  }

  static String ping(Endpoint endpoint, Instant now) {
    return write(
        EventType.PING,
        now,
        Map.of("endpoint_id", endpoint.id().toString(), "name", endpoint.name()));
  }

  private static String write(EventType type, Instant at, Map<String, Object> data) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", type.wire());
    message.put("version", VERSION);
    message.put("timestamp", at.toString());
    message.put("data", data);
    return json(message);
  }

  /** Not within a surrogate pair. */
  private static @Nullable String shortened(@Nullable String text) {
    if (text == null || text.length() <= MAX_REASON) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MAX_REASON - 1)) ? MAX_REASON - 1 : MAX_REASON;
    return text.substring(0, end) + "…";
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON", e);
    }
  }

  static Map<String, String> headers(String json) {
    try {
      Map<String, String> headers = new LinkedHashMap<>();
      JSON.readTree(json)
          .properties()
          .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
      return headers;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("column headers", e);
    }
  }
}
