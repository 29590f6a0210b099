package io.holdfast.repositories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/a.git",
        "http://example.org:8080/a",
        "https://user:p%40ss@example.org/a",
        "https://[::1]:8443/a",
        "ssh://git@example.org/a.git",
        "ssh://git@example.org:2222/~u/a.git",
        "git://example.org/a",
        "git@example.org:team/a.git",
        "/srv/git/a.git"
      })
  void ordinaryUrlsAreAccepted(String url) {
    assertThat(new GitUrl(url).value()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ext::sh -c touch% /tmp/x",
        "ext::sh",
        "fd::17",
        "http::https://example.org/a",
        "::x",
        "file:///etc",
        "FILE:///etc",
        "ftp://example.org/a",
        "HTTPS://example.org/a",
        "--upload-pack=touch /tmp/x",
        "-u",
        "https://example.org/a b",
        "https://example.org/a\nb",
        "https://example.org/a\0",
        "https://example.org/ä",
        "https://-oProxyCommand=x/a",
        "ssh://-oProxyCommand=x/a",
        "ssh://-o@example.org/a",
        "ssh://git:secret@example.org/a",
        "git://user@example.org/a",
        "https://example.org",
        "https:///a",
        "https://a@b@example.org/a",
        "https://example.org/a?token=x",
        "https://example.org/a#b",
        "https://example.org:port/a",
        "git@-oProxyCommand=x:a",
        "-x@example.org:a",
        "git@example.org:-x",
        "git@example.org:",
        "example.org:a",
        "relative/path",
        "../up",
        ".",
        "/",
        "/srv/../etc",
        "/srv//a",
        "C:\\x"
      })
  void hostileUrlsAreRefusedWithAReason(String url) {
    assertThat(GitUrl.objection(url)).isPresent();
    assertThatThrownBy(() -> new GitUrl(url)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTransportIsNamedInTheRefusal() {
    assertThat(GitUrl.objection("ext::sh -c id").orElseThrow()).contains("'ext::'");
    assertThat(GitUrl.objection("file:///etc").orElseThrow()).contains("file://");
  }

  @Test
  void aUrlHasAtMost2000Characters() {
    assertThat(GitUrl.objection("https://h/" + "a".repeat(1990))).isEmpty();
    assertThat(GitUrl.objection("https://h/" + "a".repeat(1991))).isPresent();
  }

  @Test
  void credentialsDoNotShow() {
    GitUrl url = new GitUrl("https://user:geheim@example.org:8443/a.git");
    assertThat(url).hasToString("https://***@example.org:8443/a.git");
    assertThat(url.redacted()).doesNotContain("geheim", "user");
    assertThat(url.withoutCredentials()).isEqualTo("https://example.org:8443/a.git");
    assertThat(url.credentialUrl()).contains("https://user:geheim@example.org:8443");
    assertThat(url.credentialScope()).isEqualTo("https://example.org:8443");
    assertThat(url.secrets()).containsExactly("geheim");
  }

  @Test
  void aTokenAloneIsASecret() {
    GitUrl url = new GitUrl("https://ghp_x@example.org/a");
    assertThat(url.secrets()).containsExactly("ghp_x");
    assertThat(url.credentialUrl()).contains("https://ghp_x:@example.org");
    assertThat(url).hasToString("https://***@example.org/a");
  }

  @ParameterizedTest
  @CsvSource({
    "git@example.org:a.git",
    "ssh://git@example.org/a",
    "https://example.org/a",
    "/srv/a@b"
  })
  void whatHoldsNoCredentialsShowsAsItIs(String text) {
    GitUrl url = new GitUrl(text);
    assertThat(url).hasToString(text);
    assertThat(url.withoutCredentials()).isEqualTo(text);
    assertThat(url.credentialUrl()).isEmpty();
    assertThat(url.secrets()).isEmpty();
  }

  @Test
  void anAbsolutePathIsLocal() {
    assertThat(new GitUrl("/srv/a").isLocal()).isTrue();
    assertThat(new GitUrl("https://h/srv/a").isLocal()).isFalse();
  }
}
