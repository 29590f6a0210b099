package io.holdfast.cli.server;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;

/**
 * How {@code up} started the server last, so that clients find it: {@code instance.properties} in
 * the state directory.
 */
public record InstanceFile(String url, Path home) {

  private static final String DEFAULT_URL = "http://127.0.0.1:8080";

  /** The last instance, or where one would be by default. */
  public static InstanceFile read(Layout layout) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file(layout))) {
      properties.load(in);
    } catch (NoSuchFileException e) {
      return new InstanceFile(DEFAULT_URL, layout.home());
    }
    return new InstanceFile(
        properties.getProperty("url", DEFAULT_URL),
        Path.of(properties.getProperty("home", layout.home().toString())));
  }

  void write(Layout layout) throws IOException {
    StateFiles.replace(
        file(layout),
        "url="
            + PropertyText.escape(url)
            + "\nhome="
            + PropertyText.escape(home.toString())
            + "\n");
  }

  private static Path file(Layout layout) {
    return layout.state().resolve("instance.properties");
  }
}
