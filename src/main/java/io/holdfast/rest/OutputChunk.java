package io.holdfast.rest;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Some bytes of output as the data of one event. Text travels as it is; what an event stream cannot
 * carry byte for byte (CR, NUL, what is not UTF-8) travels in base64 under another event name.
 *
 * @param length bytes of output that it stands for
 */
record OutputChunk(String eventName, String data, int length) {

  private static final String TEXT = "output";
  private static final String BASE64 = "output-base64";
  private static final int LONGEST_CHARACTER = 4;

  /**
   * The text that {@code bytes} begin with, less a character cut in two at their end; or all of it
   * as base64.
   */
  static OutputChunk of(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(bytes.length);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    boolean malformed = decoder.decode(in, text, false).isError();
    if (malformed
        || in.position() == 0
        || in.remaining() >= LONGEST_CHARACTER
        || !carries(text.flip())) {
      return new OutputChunk(BASE64, Base64.getEncoder().encodeToString(bytes), bytes.length);
    }
    return new OutputChunk(TEXT, text.toString(), in.position());
  }

  private static boolean carries(CharSequence text) {
    return text.chars().noneMatch(c -> c == '\r' || c == '\0' || c == 0xFEFF);
  }

  /** The bytes again. */
  byte[] bytes() throws CharacterCodingException {
    return eventName.equals(TEXT)
        ? Arrays.copyOf(data.getBytes(StandardCharsets.UTF_8), length)
        : Base64.getDecoder().decode(data);
  }
}
