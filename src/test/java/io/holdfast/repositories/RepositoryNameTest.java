package io.holdfast.repositories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "alpha", "repo-b", "my.repo_2", "0", "a.git", "x."})
  void ordinaryNamesAreAccepted(String name) {
    assertThat(new RepositoryName(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-a", "--upload-pack=x", ".", "..", ".git", "a..b", "../x", "a/b", "a b", "Alpha",
        "a\nb", "a\n", "a\0b", "x.lock", "ä", "$(id)", "`id`", "a;b", "~", "a\\b", "_a"
      })
  void hostileNamesAreRefusedWithAReason(String name) {
    assertThat(RepositoryName.objection(name)).isPresent();
    assertThatThrownBy(() -> new RepositoryName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a repository name");
  }

  @Test
  void aNameHasAtMost63Characters() {
    assertThat(RepositoryName.objection("a".repeat(63))).isEmpty();
    assertThat(RepositoryName.objection("a".repeat(64))).isPresent();
  }

  @Test
  void theVariableIsUpperCaseWithUnderscores() {
    assertThat(new RepositoryName("my.repo-2_x").environmentVariable())
        .isEqualTo("HOLDFAST_WORKSPACE_MY_REPO_2_X");
  }

  @Test
  void namesAreOrdered() {
    assertThat(new RepositoryName("a")).isLessThan(new RepositoryName("b"));
  }
}
