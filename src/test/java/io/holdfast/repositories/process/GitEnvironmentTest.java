package io.holdfast.repositories.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repositories.GitUrl;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GitEnvironmentTest {

  @Test
  void nothingOfGitOrOfOursIsInherited() {
    Map<String, String> environment = applied(new GitUrl("https://h/a"));
    assertThat(environment)
        .doesNotContainKeys("GIT_DIR", "GIT_EXEC_PATH", "HOLDFAST_DB_PASSWORD", "SSH_ASKPASS")
        .containsEntry("HOME", "/home/x")
        .containsEntry("GIT_TERMINAL_PROMPT", "0")
        .containsEntry("LC_ALL", "C");
    assertThat(environment.get("GIT_SSH_COMMAND")).contains("BatchMode=yes");
  }

  @Test
  void onlyTheNeededTransportsAreOpen() {
    assertThat(settings(new GitUrl("https://h/a")))
        .containsEntry("protocol.allow", "never")
        .containsEntry("protocol.ext.allow", "never")
        .containsEntry("protocol.https.allow", "always")
        .doesNotContainKey("protocol.file.allow");
    assertThat(settings(new GitUrl("/srv/a")))
        .containsEntry("protocol.file.allow", "always")
        .doesNotContainKey("protocol.https.allow");
  }

  @Test
  void workOnThisMachineIgnoresTheOperatorsConfigurationAndItsFilters() {
    assertThat(applied(null))
        .containsEntry("GIT_CONFIG_GLOBAL", "/dev/null")
        .containsEntry("GIT_CONFIG_NOSYSTEM", "1");
    assertThat(applied(new GitUrl("https://h/a"))).doesNotContainKey("GIT_CONFIG_GLOBAL");
  }

  @Test
  void credentialsAreInNoSetting() {
    GitUrl url = new GitUrl("https://u:secret@h:1/a");
    assertThat(settings(url).toString())
        .doesNotContain("secret")
        .contains("credential.https://h:1");
    assertThat(applied(url)).containsEntry("HOLDFAST_GIT_CREDENTIALS", "https://u:secret@h:1");
  }

  private static Map<String, String> applied(@Nullable GitUrl remote) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "GIT_DIR", "/x",
                "GIT_EXEC_PATH", "/x",
                "HOLDFAST_DB_PASSWORD", "x",
                "SSH_ASKPASS", "x",
                "HOME", "/home/x"));
    GitEnvironment.apply(environment, remote);
    return environment;
  }

  private static Map<String, String> settings(GitUrl remote) {
    Map<String, String> environment = applied(remote);
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < Integer.parseInt(environment.getOrDefault("GIT_CONFIG_COUNT", "0")); i++) {
      settings.put(
          environment.getOrDefault("GIT_CONFIG_KEY_" + i, ""),
          environment.getOrDefault("GIT_CONFIG_VALUE_" + i, ""));
    }
    return settings;
  }
}
