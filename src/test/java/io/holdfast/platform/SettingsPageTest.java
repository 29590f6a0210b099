package io.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of settings names every setting of the server, and none that it does not have. */
class SettingsPageTest {

  private static final Pattern LITERAL = Pattern.compile("\"(holdfast\\.[a-z]+(?:[.-][a-z]+)*)\"");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(holdfast\\.[a-z.-]+)` \\| `([A-Z_]+)` \\|");
  private static final Path SOURCES = Path.of("src/main/java/io/holdfast");
  private static final Path PAGE = Path.of("docs/settings.md");

  @Test
  void everySettingOfTheServerIsInThePageAndNoOther() throws IOException {
    assertThat(page().keySet()).isEqualTo(settingsOfTheServer());
  }

  @Test
  void theFormInTheEnvironmentIsTheOneThatMicroProfileConfigReads() throws IOException {
    page()
        .forEach(
            (key, variable) ->
                assertThat(variable)
                    .isEqualTo(key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT)));
  }

  private static Map<String, String> page() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    String text = Files.readString(PAGE);
    ROW.matcher(text.substring(text.indexOf("## The server"), text.indexOf("## The database")))
        .results()
        .forEach(row -> rows.put(row.group(1), row.group(2)));
    return rows;
  }

  /** The launcher has properties of its own; they are no settings. */
  private static Set<String> settingsOfTheServer() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      Set<String> keys = new TreeSet<>();
      for (Path file :
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.startsWith(SOURCES.resolve("cli")))
              .toList()) {
        LITERAL
            .matcher(Files.readString(file))
            .results()
            .map((MatchResult found) -> found.group(1))
            .forEach(keys::add);
      }
      return keys;
    }
  }
}
