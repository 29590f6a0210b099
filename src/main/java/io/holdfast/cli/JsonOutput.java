package io.holdfast.cli;

import io.holdfast.cli.client.Json;
import io.holdfast.cli.client.OutputFollower;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** One JSON object a line for each piece of output: text where it is UTF-8, else base64. */
final class JsonOutput implements OutputFollower.Sink {

  private final PrintStream out;

  JsonOutput(PrintStream out) {
    this.out = out;
  }

  /** Offsets begin anew. */
  @Override
  public void nextAttempt(long attempt) {
    out.println(Json.write(Map.of("attempt", attempt)));
  }

  @Override
  public void accept(long offset, byte[] bytes) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("offset", offset);
    try {
      line.put(
          "text", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      line.put("base64", Base64.getEncoder().encodeToString(bytes));
    }
    out.println(Json.write(line));
    if (out.checkError()) {
      throw new IOException("standard output is closed");
    }
  }
}
