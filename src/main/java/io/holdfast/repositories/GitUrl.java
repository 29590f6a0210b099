package io.holdfast.repositories;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a repository comes from: {@code https://}, {@code http://}, {@code ssh://}, {@code git://},
 * {@code user@host:path} or an absolute local path (which only some servers accept, see {@link
 * RepositorySettings#allowLocal}).
 *
 * <p>An https URL may hold credentials. They never leave this record by accident: {@link #toString}
 * and {@link #redacted} hide them, and git is given {@link #withoutCredentials}.
 */
public record GitUrl(String value) {

  private static final int MAXIMUM_LENGTH = 2000;
  private static final String HOST = "([A-Za-z0-9][A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+])";
  private static final Pattern TRANSPORT = Pattern.compile("([A-Za-z0-9+.-]*)::.*", Pattern.DOTALL);
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z0-9+.-]*)://.*", Pattern.DOTALL);
  private static final Pattern REMOTE =
      Pattern.compile("(https?|ssh|git)://(?:([^/@]*)@)?(" + HOST + "(?::[0-9]{1,5})?)(/.+)");
  private static final Pattern SCP_LIKE =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*@" + HOST + ":[^-].*");

  /**
   * @throws IllegalArgumentException with the {@link #objection}
   */
  public GitUrl {
    objection(value)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
  }

  /** Why {@code text} is refused, without repeating it; empty if it is well-formed. */
  public static Optional<String> objection(String text) {
    if (text.isEmpty() || text.length() > MAXIMUM_LENGTH) {
      return Optional.of("a git URL has 1 to " + MAXIMUM_LENGTH + " characters");
    }
    if (text.startsWith("-")) {
      return Optional.of("a git URL must not begin with '-'");
    }
    Matcher transport = TRANSPORT.matcher(text);
    if (transport.matches()) {
      return Optional.of(
          "the transport '" + transport.group(1) + "::' is not accepted: it could run commands");
    }
    if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return Optional.of(
          "a git URL must not contain spaces, control characters or characters beyond ASCII");
    }
    if (text.startsWith("/")) {
      return objectionToPath(text);
    }
    Matcher scheme = SCHEME.matcher(text);
    return scheme.matches() ? objectionToRemote(text, scheme.group(1)) : objectionToScpLike(text);
  }

  private static Optional<String> objectionToPath(String text) {
    List<String> parts = List.of(text.substring(1).split("/", -1));
    return parts.contains("") || parts.contains("..") || parts.contains(".")
        ? Optional.of("a local path must be absolute, without '.', '..' and empty parts")
        : Optional.empty();
  }

  private static Optional<String> objectionToRemote(String text, String scheme) {
    if (scheme.equals("file")) {
      return Optional.of("file:// URLs are not accepted");
    }
    if (!List.of("https", "http", "ssh", "git").contains(scheme)) {
      return Optional.of("accepted are https://, http://, ssh://, git:// and user@host:path");
    }
    Matcher remote = REMOTE.matcher(text);
    if (!remote.matches()) {
      return Optional.of("a git URL has the form " + scheme + "://host[:port]/path");
    }
    String user = remote.group(2);
    if (scheme.startsWith("http")) {
      return text.contains("?") || text.contains("#")
          ? Optional.of("a git URL must not have a query or a fragment")
          : Optional.empty();
    }
    if (user == null) {
      return Optional.empty();
    }
    if (scheme.equals("git")) {
      return Optional.of("a git:// URL has no user");
    }
    return user.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")
        ? Optional.empty()
        : Optional.of("an ssh URL takes a plain user name and no password");
  }

  private static Optional<String> objectionToScpLike(String text) {
    return SCP_LIKE.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("accepted are https://, http://, ssh://, git:// and user@host:path");
  }

  /** True for a path on the server itself. */
  public boolean isLocal() {
    return value.startsWith("/");
  }

  /** What the API, logs and messages show. */
  public String redacted() {
    return userInfo().isPresent() ? value.replaceFirst("://[^/@]*@", "://***@") : value;
  }

  /** What git and jobs get to see in arguments and configuration. */
  public String withoutCredentials() {
    return userInfo().isPresent() ? value.replaceFirst("://[^/@]*@", "://") : value;
  }

  /**
   * The part of the URL that credentials belong to, with them: {@code https://user:password@host};
   * empty if it holds none. Secret.
   */
  public Optional<String> credentialUrl() {
    return userInfo()
        .map(
            info ->
                scheme() + "://" + (info.contains(":") ? info : info + ":") + "@" + authority());
  }

  /** The part of the URL that credentials belong to, without them: {@code https://host}. */
  public String credentialScope() {
    return scheme() + "://" + authority();
  }

  /** What must not show in a message: the password, or what stands alone in its place. */
  public Stream<String> secrets() {
    return userInfo()
        .map(info -> info.substring(info.indexOf(':') + 1))
        .filter(secret -> !secret.isEmpty())
        .stream();
  }

  private String scheme() {
    return value.substring(0, value.indexOf(':'));
  }

  private String authority() {
    Matcher remote = REMOTE.matcher(value);
    return remote.matches() ? remote.group(3) : "";
  }

  private Optional<String> userInfo() {
    Matcher remote = REMOTE.matcher(value);
    return remote.matches() && scheme().startsWith("http")
        ? Optional.ofNullable(remote.group(2))
        : Optional.empty();
  }

  /** {@link #redacted}. */
  @Override
  public String toString() {
    return redacted();
  }
}
