package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every byte of output arrives, whatever it is and wherever the reading stopped. */
class OutputChunkTest {

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What a follower has after the file was read in chunks of at most {@code size} bytes. */
  private static byte[] followed(byte[] output, int size) throws CharacterCodingException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    for (int position = 0; position < output.length; ) {
      OutputChunk chunk =
          OutputChunk.of(
              Arrays.copyOfRange(output, position, Math.min(position + size, output.length)));
      assertThat(chunk.length()).as("it always goes on").isPositive();
      byte[] bytes = chunk.bytes();
      assertThat(bytes).hasSize(chunk.length());
      received.writeBytes(bytes);
      position += chunk.length();
    }
    return received.toByteArray();
  }

  private static void arrivesWhereverItIsCut(byte[] output) throws CharacterCodingException {
    for (int size = 1; size <= output.length; size++) {
      assertThat(followed(output, size)).as("chunks of %s", size).isEqualTo(output);
    }
  }

  @Test
  void randomBytesArriveWhereverTheyAreCut() throws CharacterCodingException {
    long seed = System.nanoTime();
    System.out.println("OutputChunkTest: seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[] output = new byte[1 + random.nextInt(64)];
      random.nextBytes(output);
      arrivesWhereverItIsCut(output);
    }
  }

  @Test
  void randomTextArrivesWhereverItIsCut() throws CharacterCodingException {
    long seed = System.nanoTime();
    System.out.println("OutputChunkTest: seed " + seed);
    Random random = new Random(seed);
    String[] letters = {"a", "\n", "\u00e4", "\u20ac", "\ud83d\ude00", "\r", "\0", "\ufeff", "\t"};
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        text.append(letters[random.nextInt(letters.length)]);
      }
      arrivesWhereverItIsCut(utf8(text.toString()));
    }
  }

  @Test
  void plainTextTravelsAsItIs() {
    assertThat(OutputChunk.of(utf8("line 1\nline 2\n")))
        .isEqualTo(new OutputChunk("output", "line 1\nline 2\n", 14));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rb", "a\r\nb", "a\0b", "\ufeffa", "a\ufeff"})
  void whatAnEventCannotCarryTravelsInBase64(String text) throws CharacterCodingException {
    OutputChunk chunk = OutputChunk.of(utf8(text));

    assertThat(chunk.eventName()).isEqualTo("output-base64");
    assertThat(chunk.bytes()).isEqualTo(utf8(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00e4", "\u20ac", "\ud83d\ude00"})
  void aCharacterCutInTwoWaitsForItsRest(String character) throws CharacterCodingException {
    byte[] bytes = utf8("ab" + character);
    for (int cut = 3; cut < bytes.length; cut++) {
      OutputChunk chunk = OutputChunk.of(Arrays.copyOf(bytes, cut));

      assertThat(chunk).isEqualTo(new OutputChunk("output", "ab", 2));
    }
    assertThat(OutputChunk.of(bytes).bytes()).isEqualTo(bytes);
  }

  @Test
  void aCharacterThatNeverGetsItsRestArrivesAsBytes() throws CharacterCodingException {
    byte[] half = {(byte) 0xe2, (byte) 0x82};

    OutputChunk chunk = OutputChunk.of(half);

    assertThat(chunk.eventName()).isEqualTo("output-base64");
    assertThat(chunk.bytes()).isEqualTo(half);
  }

  @Test
  void whatIsNotUtf8ArrivesAsBytes() throws CharacterCodingException {
    for (byte[] bytes :
        new byte[][] {
          {'a', (byte) 0xff, 'b'},
          {(byte) 0xc0, (byte) 0x80},
          {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          {(byte) 0x80}
        }) {
      assertThat(OutputChunk.of(bytes).eventName()).isEqualTo("output-base64");
      assertThat(OutputChunk.of(bytes).bytes()).isEqualTo(bytes);
    }
  }
}
