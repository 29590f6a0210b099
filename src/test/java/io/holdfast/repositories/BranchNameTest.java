package io.holdfast.repositories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BranchNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"main", "feature/x-1", "a.b", "a@b", "größe", "v1", "@x", "a-", "$(id)"})
  void ordinaryBranchesAreAccepted(String name) {
    assertThat(new BranchName(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "--upload-pack=touch x",
        "-b",
        "HEAD",
        "@",
        "@{-1}",
        "a@{1}",
        "a..b",
        "a b",
        "a\nb",
        "a\0b",
        "a\u007fb",
        "a~1",
        "a^",
        "a:b",
        "a?b",
        "a*",
        "a[b",
        "a\\b",
        "/a",
        "a/",
        "a//b",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a.",
        "\ud800"
      })
  void hostileBranchesAreRefusedWithAReason(String name) {
    assertThat(BranchName.objection(name)).isPresent();
    assertThatThrownBy(() -> new BranchName(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBranchFitsIntoAFileName() {
    assertThat(BranchName.objection("ä".repeat(120))).isEmpty();
    assertThat(BranchName.objection("ä".repeat(121))).isPresent();
  }

  @Test
  void whateverIsAcceptedGitAcceptsToo() throws Exception {
    String alphabet = "ab/.-@{}~^:?*[\\ lock\t_1\u007f";
    Random random = new Random(42);
    StringBuilder script = new StringBuilder("set -e\n");
    int accepted = 0;
    for (int i = 0; i < 20_000 && accepted < 150; i++) {
      StringBuilder name = new StringBuilder();
      for (int length = 1 + random.nextInt(8); length > 0; length--) {
        name.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (BranchName.objection(name.toString()).isEmpty()) {
        script.append("git check-ref-format --branch '").append(name).append("' >/dev/null\n");
        accepted++;
      }
    }
    assertThat(accepted).isEqualTo(150);
    GitSource.run(Path.of("/"), List.of("sh", "-c", script.toString()));
  }
}
