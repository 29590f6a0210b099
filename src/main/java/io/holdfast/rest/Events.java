package io.holdfast.rest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events (HTML Standard). Written by hand, since JAX-RS servers merge the empty lines
 * of text data: here each line, the empty one after a final newline included, has a {@code data:}
 * of its own, so a reader gets every byte back.
 */
record Events(OutputStream out) {

  /** Only keeps the connection alive. */
  void comment(String text) throws IOException {
    write(": " + text + "\n\n");
  }

  void event(String name, long id, String data) throws IOException {
    StringBuilder text = new StringBuilder(data.length() + 64);
    text.append("event: ").append(name).append("\nid: ").append(id).append('\n');
    for (String line : data.split("\n", -1)) {
      text.append("data: ").append(line).append('\n');
    }
    write(text.append('\n').toString());
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
