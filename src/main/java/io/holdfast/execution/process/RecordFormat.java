package io.holdfast.execution.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.execution.Claim;
import io.holdfast.execution.ExitRecord;
import io.holdfast.execution.Handle;
import io.holdfast.execution.LaunchSpec;
import io.holdfast.execution.ProcessIdentity;
import io.holdfast.execution.Sentinel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.UUID;

/** The JSON of an attempt's files. What is not whole is an {@link IOException}. */
final class RecordFormat {
  /** Size of the exit record: one sector, which a disk writes whole or not at all. */
  static final int EXIT_RECORD_SIZE = 512;

  private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private RecordFormat() {}

  static byte[] blankExitRecord() {
    return (" ".repeat(EXIT_RECORD_SIZE - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  static boolean isBlank(byte[] content) {
    for (byte b : content) {
      if (b != ' ' && b != '\n' && b != 0) {
        return false;
      }
    }
    return true;
  }

  static ExitRecord exit(byte[] content, Instant writtenAt) throws IOException {
    JsonNode node = object(content);
    JsonNode ticks = node.path("cpu_ticks");
    OptionalDouble cpu =
        ticks.isIntegralNumber()
            ? OptionalDouble.of(ticks.longValue() / TICKS_PER_SECOND)
            : OptionalDouble.empty();
    return new ExitRecord(uuid(node, "token"), (int) number(node, "exit_code"), cpu, writtenAt);
  }

  static Claim claim(byte[] content) {
    try {
      JsonNode node = object(content);
      if (node.path("revoked").asBoolean()) {
        return new Claim.Revoked();
      }
      return new Claim.By(process(node), uuid(node, "token"));
    } catch (IOException e) {
      return new Claim.Unreadable(content.length == 0 ? "empty" : reason(e));
    }
  }

  static byte[] revocation(Handle handle) {
    ObjectNode node = JSON.createObjectNode();
    node.put("token", handle.token().toString()).put("revoked", true);
    return bytes(node);
  }

  static Sentinel sentinel(byte[] content) throws IOException {
    JsonNode node = object(content);
    return new Sentinel(
        uuid(node, "job_id"),
        (int) number(node, "attempt"),
        uuid(node, "session_id"),
        text(node, "engine"),
        process(node),
        text(node, "host"),
        Instant.ofEpochSecond(number(node, "started_at")),
        Instant.ofEpochSecond(number(node, "last_heartbeat")));
  }

  /** The fields of a sentinel that the server knows, without the braces. */
  static String sentinelHead(Handle handle, String engine, String host) {
    ObjectNode node = identity(handle).put("engine", engine).put("host", host);
    String json = new String(bytes(node), StandardCharsets.UTF_8);
    return json.substring(1, json.length() - 1);
  }

  static byte[] spec(Handle handle, LaunchSpec spec) {
    ObjectNode node = identity(handle).put("engine", spec.engine());
    node.put("boot_id", handle.bootId());
    node.put("working_directory", spec.workingDirectory().toString());
    spec.command().forEach(node.putArray("command")::add);
    return bytes(node);
  }

  static String engine(byte[] spec) throws IOException {
    return text(object(spec), "engine");
  }

  private static ObjectNode identity(Handle handle) {
    return JSON.createObjectNode()
        .put("job_id", handle.key().job().toString())
        .put("attempt", handle.key().attempt())
        .put("session_id", handle.session().toString());
  }

  private static ProcessIdentity process(JsonNode node) throws IOException {
    return new ProcessIdentity(
        number(node, "pid"), number(node, "start_ticks"), text(node, "boot_id"));
  }

  private static JsonNode object(byte[] content) throws IOException {
    JsonNode node = JSON.readTree(content);
    if (node == null || !node.isObject()) {
      throw new IOException("not a JSON object");
    }
    return node;
  }

  private static String text(JsonNode node, String field) throws IOException {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new IOException("no " + field);
    }
    return value.textValue();
  }

  private static long number(JsonNode node, String field) throws IOException {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber()) {
      throw new IOException("no " + field);
    }
    return value.longValue();
  }

  private static UUID uuid(JsonNode node, String field) throws IOException {
    try {
      return UUID.fromString(text(node, field));
    } catch (IllegalArgumentException e) {
      throw new IOException(field + " is not a UUID", e);
    }
  }

  private static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that has no JSON", e);
    }
  }

  static String reason(IOException e) {
    if (e instanceof JsonProcessingException json) {
      return "not JSON: " + json.getOriginalMessage();
    }
    return String.valueOf(e.getMessage());
  }
}
