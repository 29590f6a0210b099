package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.platform.Position;
import io.holdfast.repositories.PlaceQuery;
import io.holdfast.repositories.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

  private static final String ID = "123e4567-e89b-42d3-a456-426614174000";

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsWrittenIsReadBackToTheMicrosecond() {
    Position position =
        new Position(Instant.parse("2026-11-24T08:00:00.123456Z"), UUID.fromString(ID));

    assertThat(Cursor.position(Cursor.ofPosition(position))).isEqualTo(position);
    assertThat(Cursor.ofPosition(position)).matches("[A-Za-z0-9_-]+");
  }

  private static void refuses(String cursor) {
    assertThatThrownBy(() -> Cursor.position(cursor))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("cursor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "%%%", "====", "a b", "\u20ac", "\0"})
  void whatIsNoBase64IsRefused(String cursor) {
    refuses(cursor);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-11-24T08:00:00Z",
        "2026-11-24T08:00:00Z x",
        "yesterday " + ID,
        "2026-11-24T08:00:00Z 1-1-1-1-1",
        "2026-11-24T08:00:00Z " + ID + " more",
        "2026-11-24T08:00:00Z  " + ID,
        "+1000000000-12-31T23:59:59.999999999Z " + ID,
        "-1000000000-01-01T00:00:00Z " + ID,
        "+10000-01-01T00:00:00Z " + ID
      })
  void whatThisServerDidNotWriteIsRefused(String text) {
    refuses(encoded(text));
  }

  @Test
  void numbersNamesAndPlacesAreReadBack() {
    PlaceQuery.Position place = new PlaceQuery.Position(new RepositoryName("alpha"), 17);

    assertThat(Cursor.number(Cursor.ofNumber(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
    assertThat(Cursor.number(null)).isZero();
    assertThat(Cursor.name(Cursor.ofName("a node\u20ac"))).isEqualTo("a node\u20ac");
    assertThat(Cursor.name(null)).isNull();
    assertThat(Cursor.repository(Cursor.ofName("alpha"))).isEqualTo(new RepositoryName("alpha"));
    assertThat(Cursor.place(Cursor.ofPlace(place))).isEqualTo(place);
    assertThat(Cursor.place(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\0",
        "a\0b",
        "-1",
        "+1",
        "01",
        "alpha",
        "alpha 1 2",
        "alpha x",
        ".. 1",
        "a  1"
      })
  void whatNamesNoPlaceIsRefused(String text) {
    assertThatThrownBy(() -> Cursor.place(encoded(text))).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> Cursor.number(encoded(text))).isInstanceOf(ProblemException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%%%", "\u20ac", "a b"})
  void whatIsNoCursorIsRefusedEverywhere(String cursor) {
    assertThatThrownBy(() -> Cursor.name(cursor)).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> Cursor.number(cursor)).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> Cursor.place(cursor)).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> Cursor.repository(encoded("-x"))).isInstanceOf(ProblemException.class);
  }
}
