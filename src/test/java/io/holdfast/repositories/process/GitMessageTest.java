package io.holdfast.repositories.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repositories.GitFailed;
import io.holdfast.repositories.GitUnreachable;
import io.holdfast.repositories.GitUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitMessageTest {

  private static final GitUrl URL = new GitUrl("https://user:p%40ss+1@example.org/a");

  @Test
  void credentialsAreRemovedInEverySpelling() {
    String text =
        GitMessage.of(
                "fatal: unable to access 'https://user:p%40ss+1@example.org/a/'\nremote: p@ss+1",
                URL)
            .text();
    assertThat(text).isEqualTo("fatal: unable to access 'https://***@example.org/a/'; remote: ***");
  }

  @Test
  void terminalControlAndHintsAreRemovedAndTheEndIsKept() {
    String text =
        GitMessage.of("one\ntwo\n\u001b[31mfatal: x\u202e\r\nhint: try y\n" + "z\n".repeat(7), null)
            .text();
    assertThat(text).startsWith("[31mfatal: x; z; z").doesNotContain("hint", "one", "\u001b");
    assertThat(GitMessage.of("x".repeat(5000), null).text()).hasSize(1003);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fatal: unable to access 'https://h/': Could not resolve host: h",
        "ssh: connect to host h port 22: Connection refused",
        "error: RPC failed; curl 56 GnuTLS recv error",
        "fatal: unable to access 'http://h/': The requested URL returned error: 503"
      })
  void aRemoteThatIsAwayIsWorthAnotherTry(String printed) {
    assertThat(failure(printed)).isInstanceOf(GitUnreachable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fatal: Authentication failed for 'https://h/'",
        "fatal: unable to access 'http://h/': The requested URL returned error: 403",
        "remote: Could not resolve host: x",
        "fatal: repository 'https://h/' not found"
      })
  void aRefusalIsFinal(String printed) {
    assertThat(failure(printed)).isNotInstanceOf(GitUnreachable.class);
    assertThat(failure(printed).cloneUsable()).isTrue();
  }

  @Test
  void aFullDiskIsSaidPlainlyAndIsNoDamage() {
    GitFailed failed = failure("fatal: write error: No space left on device; unable to read tree");
    assertThat(failed.reason()).startsWith("the server's disk is full");
    assertThat(failed.cloneUsable()).isTrue();
  }

  @Test
  void damageMakesTheCloneUnusableUnlessTheRemoteSaysSo() {
    assertThat(failure("fatal: bad object refs/heads/main").cloneUsable()).isFalse();
    assertThat(failure("remote: fatal: bad object refs/heads/main").cloneUsable()).isTrue();
  }

  @Test
  void silenceStillGivesAReason() {
    assertThat(failure("").reason()).isEqualTo("git ended with 60");
  }

  private static GitFailed failure(String printed) {
    return GitFailure.of(new Git.Ended(60, printed), URL, true);
  }
}
