package io.holdfast.rest;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the API's own types with {@link Json}, whatever JSON library the server prefers.
 */
@Provider
@Priority(Priorities.USER - 1000)
@Consumes(MediaType.APPLICATION_JSON)
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
public class JsonProvider implements MessageBodyReader<Object>, MessageBodyWriter<Object> {

  @Override
  public boolean isReadable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
    return isOurs(type);
  }

  @Override
  public Object readFrom(
      Class<Object> type,
      Type generic,
      Annotation[] annotations,
      MediaType media,
      MultivaluedMap<String, String> headers,
      InputStream body)
      throws IOException {
    requireJson(media);
    return Json.read(body.readAllBytes(), type);
  }

  /** JSON is UTF-8 (RFC 8259); what says that it is anything else is not guessed at. */
  static void requireJson(@Nullable MediaType media) {
    String charset = media == null ? null : media.getParameters().get(MediaType.CHARSET_PARAMETER);
    if (media == null
        || !media.getType().equalsIgnoreCase("application")
        || !media.getSubtype().equalsIgnoreCase("json")
        || (charset != null && !charset.equalsIgnoreCase("utf-8"))) {
      throw new ProblemException(
          Problem.http(
              415, "the body must be application/json in UTF-8, and is said to be " + media));
    }
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
    return isOurs(type);
  }

  @Override
  public void writeTo(
      Object value,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType media,
      MultivaluedMap<String, Object> headers,
      OutputStream body)
      throws IOException {
    body.write(Json.MAPPER.writeValueAsBytes(value));
  }

  private static boolean isOurs(Class<?> type) {
    return type.getPackageName().startsWith("io.holdfast");
  }
}
