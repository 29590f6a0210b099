package io.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.platform.Settings.BadSetting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  private static final String KEY = "holdfast.some.key";
  private static final Duration DAY = Duration.ofDays(1);

  private static Settings with(String value) {
    return new Settings(key -> key.equals(KEY) ? Optional.of(value) : Optional.empty());
  }

  private static Settings empty() {
    return new Settings(key -> Optional.empty());
  }

  @Test
  void whatIsNotSetHasItsDefault() {
    assertThat(empty().text(KEY, "x")).isEqualTo("x");
    assertThat(empty().flag(KEY, true)).isTrue();
    assertThat(empty().integer(KEY, 7, 1, 10)).isEqualTo(7);
    assertThat(empty().bytes(KEY, 5, 1)).isEqualTo(5);
    assertThat(empty().duration(KEY, DAY, Duration.ZERO, DAY)).isEqualTo(DAY);
    assertThat(empty().path(KEY, Path.of("/a"))).isEqualTo(Path.of("/a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n"})
  void whatIsBlankIsNotSet(String blank) {
    assertThat(with(blank).text(KEY, "x")).isEqualTo("x");
    assertThat(with(blank).integer(KEY, 7, 1, 10)).isEqualTo(7);
  }

  @Test
  void spaceAroundAValueIsNotPartOfIt() {
    assertThat(with("  a b ").text(KEY, "x")).isEqualTo("a b");
  }

  @ParameterizedTest
  @CsvSource({"true,true", "TRUE,true", "false,false", "False,false"})
  void flags(String text, boolean flag) {
    assertThat(with(text).flag(KEY, !flag)).isEqualTo(flag);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "10"})
  void bothEndsOfARangeBelongToIt(String text) {
    assertThat(with(text).integer(KEY, 5, 1, 10)).isEqualTo(Integer.parseInt(text));
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,PT0.5S",
    "30s,PT30S",
    "10m,PT10M",
    "2h,PT2H",
    "1d,PT24H",
    "0s,PT0S",
    "PT1M30S,PT1M30S",
    "10 m,PT10M",
    "pt5s,PT5S"
  })
  void durations(String text, Duration duration) {
    assertThat(with(text).duration(KEY, DAY, Duration.ZERO, DAY)).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "1048576,1048576",
    "1B,1",
    "64KiB,65536",
    "64KB,65536",
    "64 KiB,65536",
    "3MiB,3145728",
    "1GiB,1073741824",
    "2TiB,2199023255552"
  })
  void sizes(String text, long bytes) {
    assertThat(with(text).bytes(KEY, 5, 1)).isEqualTo(bytes);
  }

  @Test
  void pathsAreAbsoluteAndNormal() {
    assertThat(with("/a/b/../c").path(KEY, Path.of("/x"))).isEqualTo(Path.of("/a/c"));
    assertThat(with("relative").path(KEY, Path.of("/x"))).isAbsolute();
  }

  private static void refuses(String value, Function<Settings, Object> read) {
    assertThatThrownBy(() -> read.apply(with(value)))
        .isInstanceOf(BadSetting.class)
        .hasMessageContaining(KEY)
        .hasMessageContaining(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "on"})
  void aBadFlagNamesItsKey(String text) {
    refuses(text, settings -> settings.flag(KEY, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "11", "x", "1.5", "99999999999", "1_000", "0x1"})
  void aBadNumberNamesItsKey(String text) {
    refuses(text, settings -> settings.integer(KEY, 5, 1, 10));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1s", "5", "2 days", "forever", "25h", "999999999999d", "PT99999999999999999H"})
  void aBadDurationNamesItsKey(String text) {
    refuses(text, settings -> settings.duration(KEY, DAY, Duration.ZERO, DAY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1kb", "1XiB", "much", "1.5GiB", "999999999999999TiB"})
  void aBadSizeNamesItsKey(String text) {
    refuses(text, settings -> settings.bytes(KEY, 5, 1));
  }

  @Test
  void aBadPathNamesItsKey() {
    refuses("/a\0b", settings -> settings.path(KEY, Path.of("/x")));
  }
}
