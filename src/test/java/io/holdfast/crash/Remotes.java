package io.holdfast.crash;

import io.holdfast.repositories.GitSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Real git repositories to fetch from. A {@code git} that hides the real one writes down every
 * fetch of a server's clone, and then moves the remote on: two fetches never find the same commit.
 */
final class Remotes {

  private static final String GIT =
      """
      #!/bin/sh
      case " $* " in
        *" fetch "*) name=${1##*/} ;;
        *) exec /usr/bin/git "$@" ;;
      esac
      echo "$(date +%%s%%N) $name" >>'%1$s/fetches'
      /usr/bin/git "$@"
      code=$?
      remote() {
        GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t \\
          /usr/bin/git --git-dir="%1$s/$name/.git" "$@" 2>&1
      }
      if [ -d "%1$s/$name" ]; then
        remote update-ref refs/heads/main "$(echo $$ | remote commit-tree -p main 'main^{tree}')" >/dev/null
      fi
      exit $code
      """;

  private final Path directory;

  /**
   * @param lane whose servers find the git that counts
   */
  Remotes(Path lane, List<String> names) throws Exception {
    this.directory = Files.createDirectories(lane.resolve("remotes"));
    for (String name : names) {
      GitSource.create(directory.resolve(name));
    }
    Path git = Files.createDirectories(lane.resolve("bin")).resolve("git");
    Files.writeString(git, GIT.formatted(directory));
    Files.setPosixFilePermissions(git, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(directory.resolve("fetches"));
  }

  String url(String name) {
    return directory.resolve(name).toString();
  }

  /** Whoever fetches from it fails. */
  void remove(String name) throws IOException {
    Files.move(directory.resolve(name), directory.resolve("was-" + name));
  }

  /** When each fetch of a repository began. */
  List<Instant> fetches(String name) throws IOException {
    List<Instant> fetches = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("fetches"))) {
      String[] words = line.split(" ", 2);
      if (words[1].equals(name)) {
        long nanos = Long.parseLong(words[0]);
        fetches.add(Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000));
      }
    }
    return fetches;
  }

  void forget() throws IOException {
    Files.writeString(directory.resolve("fetches"), "");
  }
}
