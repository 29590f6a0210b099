package io.holdfast.rest;

import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/**
 * Writes events so that a reader gets every byte of text data back: each line, the empty one after
 * a final newline included, has a {@code data:} of its own (HTML Standard, server-sent events).
 * Servers' own writers lose some.
 */
@Provider
@Produces(MediaType.SERVER_SENT_EVENTS)
public class EventWriter implements MessageBodyWriter<OutboundSseEvent> {

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
    return OutboundSseEvent.class.isAssignableFrom(type);
  }

  @Override
  public void writeTo(
      OutboundSseEvent event,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType media,
      MultivaluedMap<String, Object> headers,
      OutputStream body)
      throws IOException {
    body.write(format(event).getBytes(StandardCharsets.UTF_8));
  }

  static String format(OutboundSseEvent event) {
    StringBuilder text = new StringBuilder();
    if (event.getComment() != null) {
      text.append(": ").append(event.getComment()).append('\n');
    }
    if (event.getName() != null) {
      text.append("event: ").append(event.getName()).append('\n');
    }
    if (event.getId() != null) {
      text.append("id: ").append(event.getId()).append('\n');
    }
    if (event.getData() instanceof String data) {
      for (String line : data.split("\n", -1)) {
        text.append("data: ").append(line).append('\n');
      }
    }
    return text.append('\n').toString();
  }
}
