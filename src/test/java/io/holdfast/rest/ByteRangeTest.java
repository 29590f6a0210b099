package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, section 14. */
class ByteRangeTest {

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0,           10, 0, 0",
    "bytes=0-9,           10, 0, 9",
    "bytes=0-10,          10, 0, 9",
    "bytes=3-,            10, 3, 9",
    "bytes=9-,            10, 9, 9",
    "bytes=2-4,           10, 2, 4",
    "bytes=0-999999999999999999, 10, 0, 9",
    "bytes=-1,            10, 9, 9",
    "bytes=-10,           10, 0, 9",
    "bytes=-11,           10, 0, 9",
    "Bytes=1-2,           10, 1, 2",
    "bytes= 1-2 ,         10, 1, 2",
    "bytes=0-0,            1, 0, 0"
  })
  void aRangeIsWhatItCoversOfTheOutput(String header, long size, long first, long last) {
    ByteRange.Part part = ByteRange.parse(header).orElseThrow().within(size).orElseThrow();

    assertThat(part).isEqualTo(new ByteRange.Part(first, last));
    assertThat(part.length()).isEqualTo(last - first + 1);
  }

  @ParameterizedTest
  @CsvSource({"bytes=10-, 10", "bytes=10-20, 10", "bytes=-0, 10", "bytes=0-, 0", "bytes=-5, 0"})
  void aRangeBeyondTheOutputCoversNothing(String header, long size) {
    assertThat(ByteRange.parse(header).orElseThrow().within(size)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1",
        "bytes=5-2",
        "bytes=0-1,3-4",
        "bytes=--1",
        "bytes=-1-",
        "bytes=+1-2",
        "bytes=0x1-2",
        "items=0-1",
        "bytes=0 - 1",
        "bytes=99999999999999999999-"
      })
  void whatIsNoSingleRangeOfBytesIsIgnored(String header) {
    assertThat(ByteRange.parse(header)).isEmpty();
  }

  @Test
  void theWholeOfAHugeOutputIsCounted() {
    ByteRange.Part part = ByteRange.parse("bytes=1-").orElseThrow().within(1L << 40).orElseThrow();

    assertThat(part.length()).isEqualTo((1L << 40) - 1);
  }
}
