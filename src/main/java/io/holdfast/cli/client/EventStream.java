package io.holdfast.cli.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads a job's output from a Server-Sent Events stream, byte for byte: {@code output} events carry
 * text, {@code output-base64} what text cannot carry, {@code end} the outcome. Comments and unknown
 * events are skipped; an event that the connection's end cut in half is never seen.
 */
public final class EventStream implements AutoCloseable {

  private final InputStream in;

  public EventStream(InputStream in) {
    this.in = new BufferedInputStream(in, 64 * 1024);
  }

  /**
   * The next event, or null where the stream ends.
   *
   * @throws IOException if the connection breaks or the stream is not one of ours
   */
  public @Nullable OutputEvent next() throws IOException {
    String name = "";
    String id = "";
    @Nullable ByteArrayOutputStream data = null;
    for (byte[] line = line(); line != null; line = line()) {
      if (line.length == 0) {
        OutputEvent event = data == null ? null : event(name, id, data.toByteArray());
        if (event != null) {
          return event;
        }
        name = "";
        id = "";
        data = null;
        continue;
      }
      int colon = colon(line);
      String field = new String(line, 0, colon, StandardCharsets.UTF_8);
      int value = Math.min(line.length, colon + 1);
      if (value < line.length && line[value] == ' ') {
        value++;
      }
      switch (field) {
        case "event" -> name = text(line, value);
        case "id" -> id = text(line, value);
        case "data" -> {
          if (data == null) {
            data = new ByteArrayOutputStream(line.length);
          } else {
            data.write('\n');
          }
          data.write(line, value, line.length - value);
        }
        default -> {
          // "retry", or a comment (its field name is empty)
        }
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static @Nullable OutputEvent event(String name, String id, byte[] data)
      throws IOException {
    try {
      return switch (name) {
        case "output" -> new OutputEvent.Chunk(Long.parseLong(id), data);
        case "output-base64" ->
            new OutputEvent.Chunk(Long.parseLong(id), Base64.getMimeDecoder().decode(data));
        case "attempt" -> {
          Long number = Json.object(new String(data, StandardCharsets.UTF_8)).number("attempt");
          yield number == null ? null : new OutputEvent.Attempt(number);
        }
        case "end" -> {
          Fields end = Json.object(new String(data, StandardCharsets.UTF_8));
          Long bytes = end.number("output_bytes");
          yield new OutputEvent.End(
              end.text("state"),
              end.number("exit_code"),
              bytes == null ? -1 : bytes,
              end.number("attempt"));
        }
        default -> null;
      };
    } catch (IllegalArgumentException e) {
      throw new IOException("not an event of an output stream: " + name + " " + id, e);
    }
  }

  /** A line without its end (LF or CRLF), or null at the end of the stream. */
  private byte @Nullable [] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    for (int b = in.read(); b != -1; b = in.read()) {
      if (b == '\n') {
        byte[] bytes = line.toByteArray();
        int length = bytes.length;
        return length > 0 && bytes[length - 1] == '\r' ? Arrays.copyOf(bytes, length - 1) : bytes;
      }
      line.write(b);
    }
    return null;
  }

  private static int colon(byte[] line) {
    for (int i = 0; i < line.length; i++) {
      if (line[i] == ':') {
        return i;
      }
    }
    return line.length;
  }

  private static String text(byte[] line, int from) {
    return new String(line, from, line.length - from, StandardCharsets.UTF_8);
  }
}
