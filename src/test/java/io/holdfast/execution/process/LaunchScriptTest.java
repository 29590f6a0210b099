package io.holdfast.execution.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.execution.LaunchSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchScriptTest {

  @Test
  void everythingFromOutsideStandsInSingleQuotes() {
    LaunchSpec spec =
        new LaunchSpec(
            List.of("echo", "it's $(x)"), null, Map.of("B", "2", "A", "'"), Path.of("/w"), "shell");

    assertThat(new String(LaunchScript.of(spec, "/usr/bin/setsid", null), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            cd '/w' || {
              printf 'holdfast: cannot enter the working directory %s\\n' '/w'
              exit 126
            }
            unset LC_ALL
            export A=''\\'''
            export B='2'
            exec '/usr/bin/setsid' -- 'echo' 'it'\\''s $(x)'
            """);
  }

  @Test
  void theServersLocaleIsGivenBackToTheCommand() {
    LaunchSpec spec = new LaunchSpec(List.of("true"), null, Map.of(), Path.of("/"), "shell");

    assertThat(new String(LaunchScript.of(spec, "setsid", "C.UTF-8"), StandardCharsets.UTF_8))
        .contains("export LC_ALL='C.UTF-8'\n");
  }

  @Test
  void aNulIsRefused() {
    LaunchSpec spec = new LaunchSpec(List.of("a\0b"), null, Map.of(), Path.of("/"), "shell");

    assertThatThrownBy(() -> LaunchScript.of(spec, "setsid", null)).hasMessageContaining("NUL");
  }
}
