package io.holdfast.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetRulesTest {

  private static final String URL = "https://receiver.example/hook?token=1";
  private static final List<String> EVENTS = List.of("job.completed");

  private final TargetRules rules = new TargetRules(AddressPolicy.allowing(""));

  private List<Objection> url(String url) {
    return rules.objections(new Target(url, EVENTS, Map.of(), List.of()));
  }

  private List<Objection> headers(Map<String, String> headers) {
    return rules.objections(new Target(URL, EVENTS, headers, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        URL,
        "http://receiver.example",
        "HTTPS://Receiver.Example:8443/",
        "http://8.8.8.8/x",
        "http://[2606:4700:4700::1111]:80/",
        "https://xn--bcher-kva.example/"
      })
  void aPublicUrlIsLetIn(String url) {
    assertThat(url(url)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not a url|ASCII",
        "receiver.example/hook|https://",
        "''|https://",
        "ftp://receiver.example/|https://",
        "file:///etc/passwd|https://",
        "javascript:alert(1)|https://",
        "http:///path|host",
        "http:receiver|host",
        "http://|URL",
        "http://user:password@receiver.example/|credentials",
        "http://receiver.example:0/|port",
        "http://receiver.example:65536/|port",
        "http://receiver.example/#part|fragment",
        "http://bücher.example/|punycode",
        "http://127.0.0.1/|loopback",
        "http://localhost:8080/|loopback",
        "http://a.LocalHost./|loopback",
        "http://10.0.0.1/|private",
        "http://169.254.169.254/latest/meta-data|metadata",
        "http://[::1]/|loopback",
        "http://[::ffff:10.0.0.1]/|private",
        "http://[64:ff9b::a9fe:a9fe]/|metadata",
        "http://2130706433/|loopback",
        "http://0x7f.0.0.1/|host",
        "http://127.1/|host",
      })
  void whatCannotBeSentToIsRefusedWithTheReason(String url, String why) {
    assertThat(url(url))
        .singleElement()
        .satisfies(
            objection -> {
              assertThat(objection.field()).isEqualTo("url");
              assertThat(objection.detail()).contains(why);
            });
  }

  @Test
  void aUrlWithALineBreakOrOfEndlessLengthIsRefused() {
    assertThat(url("http://receiver.example/\r\nX: y")).hasSize(1);
    assertThat(url("http://receiver.example/\0")).hasSize(1);
    assertThat(url("http://receiver.example/" + "x".repeat(3000))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "content-length",
        "Content-Type",
        "Content-Language",
        "Transfer-Encoding",
        "Connection",
        "TE",
        "Upgrade",
        "Expect",
        "Proxy-Authorization",
        "webhook-id",
        "Webhook-Signature"
      })
  void headersThatAreOursAreRefused(String name) {
    assertThat(headers(Map.of(name, "x")))
        .singleElement()
        .satisfies(objection -> assertThat(objection.field()).isEqualTo("headers." + name));
  }

  @Test
  void whatWouldInjectHeadersIsRefused() {
    assertThat(headers(Map.of("X", "a\r\nHost: b"))).hasSize(1);
    assertThat(headers(Map.of("X", "a\nb"))).hasSize(1);
    assertThat(headers(Map.of("X", "a\0"))).hasSize(1);
    assertThat(headers(Map.of("X", " a"))).hasSize(1);
    assertThat(headers(Map.of("X", "ä"))).hasSize(1);
    assertThat(headers(Map.of("X\r\nHost", "a"))).hasSize(1);
    assertThat(headers(Map.of("X:", "a"))).hasSize(1);
    assertThat(headers(Map.of("", "a"))).hasSize(1);
    assertThat(headers(Map.of("X", "a", "x", "b"))).hasSize(1);
    assertThat(headers(Map.of("X", "a".repeat(5000)))).hasSize(1);
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 21; i++) {
      many.put("X-" + i, "x");
    }
    assertThat(headers(many)).hasSize(1);
  }

  @Test
  void ordinaryHeadersAreLetIn() {
    assertThat(headers(Map.of("Authorization", "Bearer x y", "X-Tenant", "", "Cookie", "a=b")))
        .isEmpty();
  }

  @Test
  void unknownDoubleAndMissingEventsAreRefused() {
    for (List<String> events :
        List.of(
            List.<String>of(),
            List.of("job.exploded"),
            List.of("JOB.COMPLETED"),
            List.of("ping"),
            List.of("job.completed", "job.completed"),
            Collections.nCopies(10_000, "x"))) {
      assertThat(rules.objections(new Target(URL, events, Map.of(), List.of())))
          .singleElement()
          .satisfies(objection -> assertThat(objection.field()).isEqualTo("events"));
    }
    assertThat(rules.objections(new Target(URL, EventType.subscribable(), Map.of(), List.of())))
        .isEmpty();
  }

  @Test
  void aSecretMustBeOneOfStandardWebhooks() {
    assertThat(rules.objections(List.of(CallbackTown.SECRET))).isEmpty();
    for (String secret :
        List.of("", "secret", "whsec_", "whsec_short", "whsec_%%%%", "whsec_" + "A".repeat(200))) {
      assertThat(rules.objections(List.of(secret))).as(secret).hasSize(1);
    }
    assertThat(rules.objections(Collections.nCopies(6, CallbackTown.SECRET))).hasSize(1);
  }

  @Test
  void neitherSecretsNorHeadersNorUrlsAreInTheTextOfATarget() {
    Target target =
        new Target(URL, EVENTS, Map.of("Authorization", "Bearer x"), List.of(CallbackTown.SECRET));
    assertThat(target.toString()).doesNotContain("Bearer", "whsec", "token");
  }

  @Test
  void aLaneIsTheHostWithItsPort() {
    assertThat(TargetRules.lane("HTTP://Receiver.Example:81/a?b"))
        .isEqualTo(TargetRules.lane("http://receiver.example:81/c"));
    assertThat(TargetRules.lane("http://a/")).isNotEqualTo(TargetRules.lane("http://a:81/"));
  }
}
