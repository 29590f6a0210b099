package io.holdfast.repositories.process;

import io.holdfast.repositories.GitUrl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes a git command harmless: no inherited {@code GIT_*}, no prompts, no hooks, no filters,
 * no background work, and only the transports that are needed. Settings travel in the environment,
 * not in arguments, so that every git of a script gets them and {@code ps} shows no credentials.
 */
final class GitEnvironment {

  private static final String CREDENTIALS = "HOLDFAST_GIT_CREDENTIALS";

  private static final Set<String> DROPPED =
      Set.of("SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "LANGUAGE", "ENV", "BASH_ENV");

  private static final String SSH =
      "ssh -o BatchMode=yes -o ControlMaster=no -o ControlPath=none -o ForwardAgent=no"
          + " -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4";

  private static final List<Map.Entry<String, String>> ALWAYS =
      List.of(
          Map.entry("core.hooksPath", "/dev/null"),
          Map.entry("core.fsmonitor", "false"),
          Map.entry("core.askPass", ""),
          Map.entry("gc.auto", "0"),
          Map.entry("maintenance.auto", "false"),
          Map.entry("advice.detachedHead", "false"),
          Map.entry("submodule.recurse", "false"),
          Map.entry("fetch.recurseSubmodules", "false"),
          Map.entry("transfer.unpackLimit", "1"),
          Map.entry("protocol.allow", "never"),
          Map.entry("protocol.ext.allow", "never"));

  private GitEnvironment() {}

  /**
   * Turns the server's environment into git's.
   *
   * @param remote null for work on this machine: the operator's own git configuration, with its
   *     filters, is then left out; a remote may need it (proxy, credential helper)
   */
  static void apply(Map<String, String> environment, @Nullable GitUrl remote) {
    environment
        .keySet()
        .removeIf(
            key -> key.startsWith("GIT_") || key.startsWith("HOLDFAST_") || DROPPED.contains(key));
    environment.put("LC_ALL", "C");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_ASKPASS", "");
    environment.put("GIT_SSH_COMMAND", SSH);
    environment.put("GIT_LFS_SKIP_SMUDGE", "1");
    environment.put("GIT_ATTR_NOSYSTEM", "1");
    environment.put("GIT_PAGER", "cat");
    environment.put("GIT_EDITOR", "false");

    Map<String, String> settings = new LinkedHashMap<>();
    ALWAYS.forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
    if (remote == null) {
      environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
      environment.put("GIT_CONFIG_NOSYSTEM", "1");
      settings.put("protocol.file.allow", "always");
      settings.put("core.fsync", "none"); // the script syncs the file system once, at its end
    } else if (remote.isLocal()) {
      settings.put("protocol.file.allow", "always");
    } else {
      network(environment, settings, remote);
    }
    number(environment, settings);
  }

  private static void network(
      Map<String, String> environment, Map<String, String> settings, GitUrl remote) {
    for (String scheme : List.of("https", "http", "ssh", "git")) {
      settings.put("protocol." + scheme + ".allow", "always");
    }
    settings.put("http.lowSpeedLimit", "1000");
    settings.put("http.lowSpeedTime", "60");
    remote
        .credentialUrl()
        .ifPresent(
            url -> {
              environment.put(CREDENTIALS, url);
              // Ours alone: an operator's helper would be told to store what it did not give.
              settings.put("credential.helper", "");
              settings.put(
                  "credential." + remote.credentialScope() + ".helper",
                  "!f() { test \"$1\" != get || printf 'url=%s\\n' \"$" + CREDENTIALS + "\"; }; f");
            });
  }

  private static void number(Map<String, String> environment, Map<String, String> settings) {
    int index = 0;
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      environment.put(String.format(Locale.ROOT, "GIT_CONFIG_KEY_%d", index), setting.getKey());
      environment.put(String.format(Locale.ROOT, "GIT_CONFIG_VALUE_%d", index), setting.getValue());
      index++;
    }
    environment.put("GIT_CONFIG_COUNT", Integer.toString(index));
  }
}
