package io.holdfast.execution.process;

import io.holdfast.execution.LaunchSpec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The shell text that becomes the command. All that comes from outside stands in single quotes, in
 * which no shell interprets anything.
 */
final class LaunchScript {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private LaunchScript() {}

  /**
   * The text for {@code spec}.
   *
   * @param locale the server's own LC_ALL, which the runner does not use; null if it has none
   * @throws IllegalArgumentException if the kernel could not take it: a NUL, or an environment name
   *     that is not one
   */
  static byte[] of(LaunchSpec spec, String setsid, @Nullable String locale) {
    StringBuilder text = new StringBuilder();
    String directory = quote(spec.workingDirectory().toString(), "working directory");
    text.append("cd ").append(directory).append(" || {\n");
    text.append("  printf 'holdfast: cannot enter the working directory %s\\n' ");
    text.append(directory).append("\n  exit 126\n}\n");
    text.append(locale == null ? "unset LC_ALL" : "export LC_ALL=" + quote(locale, "LC_ALL"));
    text.append('\n');
    for (Map.Entry<String, String> variable : new TreeMap<>(spec.environment()).entrySet()) {
      if (!NAME.matcher(variable.getKey()).matches()) {
        throw new IllegalArgumentException("not an environment name: " + variable.getKey());
      }
      text.append("export ").append(variable.getKey()).append('=');
      text.append(quote(variable.getValue(), variable.getKey())).append('\n');
    }
    text.append("exec ").append(quote(setsid, "setsid")).append(" --");
    for (String word : spec.command()) {
      text.append(' ').append(quote(word, "command"));
    }
    return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String quote(String value, String what) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a NUL character in " + what);
    }
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
