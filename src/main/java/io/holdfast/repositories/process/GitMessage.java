package io.holdfast.repositories.process;

import io.holdfast.repositories.GitUrl;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What git printed, fit for users: one line, no control characters, no credentials, no hints,
 * bounded.
 */
record GitMessage(String text) {

  private static final int MAXIMUM_LINES = 8;
  private static final int MAXIMUM_LENGTH = 1000;
  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]*@");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}]");
  private static final Pattern ADVICE =
      Pattern.compile(
          "^(hint:|warning: Clone succeeded|You can inspect what was checked out|and retry with )");
  private static final Pattern ABSENT_REMOTE =
      Pattern.compile(
          "could not resolve (host|proxy)|could not resolve hostname|name resolution"
              + "|failed to connect|couldn't connect|connection (refused|timed out|reset|closed)"
              + "|operation timed out|operation too slow|no route to host|network is unreachable"
              + "|early eof|rpc failed|unexpected disconnect|gnutls_handshake|ssl_error_syscall"
              + "|requested url returned error: (429|5\\d\\d)|http/2 stream");
  private static final Pattern DAMAGE =
      Pattern.compile(
          "bad object|unable to read (tree|sha1|[0-9a-f]{40})|missing (blob|tree|commit)"
              + "|object file .* is (empty|corrupt)|is corrupt|inflate: data stream error"
              + "|hash mismatch|sha1 mismatch|not a valid object|did not send all necessary objects"
              + "|packfile .* (cannot be accessed|does not match)|unable to (unpack|parse) "
              + "|failed to (stat|start iterator|iterate|read object)|bad tree|bad packed object"
              + "|reference is not a tree|invalid object|could not read [0-9a-f]{40}");

  static GitMessage of(String printed, @Nullable GitUrl remote) {
    List<String> lines =
        printed
            .lines()
            .map(line -> CONTROL.matcher(line).replaceAll(" ").strip())
            .filter(line -> !line.isEmpty() && !ADVICE.matcher(line).find())
            .toList();
    String joined =
        String.join("; ", lines.subList(Math.max(0, lines.size() - MAXIMUM_LINES), lines.size()));
    String clean = USER_INFO.matcher(joined).replaceAll("://***@");
    if (remote != null) {
      for (String secret : remote.secrets().flatMap(GitMessage::spellings).toList()) {
        clean = clean.replace(secret, "***");
      }
    }
    return new GitMessage(
        clean.length() <= MAXIMUM_LENGTH ? clean : clean.substring(0, MAXIMUM_LENGTH) + "...");
  }

  /** The disk of this server, not the remote's. */
  boolean tellsOfFullDisk() {
    return ownWords().contains("no space left on device")
        || ownWords().contains("disk quota exceeded");
  }

  boolean tellsOfAbsentRemote() {
    return ABSENT_REMOTE.matcher(ownWords()).find();
  }

  /** The repository on this disk has lost or spoilt objects. */
  boolean tellsOfDamage() {
    return !tellsOfFullDisk() && DAMAGE.matcher(ownWords()).find();
  }

  /** Without what the remote said: it must not be believed about our disk. */
  private String ownWords() {
    return Stream.of(text.split("; "))
        .filter(line -> !line.startsWith("remote:"))
        .reduce("", (left, right) -> left + "\n" + right)
        .toLowerCase(Locale.ROOT);
  }

  private static Stream<String> spellings(String secret) {
    try {
      return Stream.of(
          secret, URLDecoder.decode(secret.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Stream.of(secret);
    }
  }
}
