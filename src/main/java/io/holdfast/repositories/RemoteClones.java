package io.holdfast.repositories;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Clones whose calls to their remotes are tried again. */
public record RemoteClones(Clones clones, Remote remote) implements Clones {

  private static final Logger LOG = System.getLogger(RemoteClones.class.getName());

  @Override
  public void create(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException {
    call(name, () -> clones.create(name, url));
  }

  @Override
  public void refresh(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException {
    call(name, () -> clones.refresh(name, url));
  }

  @Override
  public void renew(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException {
    call(name, () -> clones.renew(name, url));
  }

  private void call(RepositoryName name, Remote.Call call) throws GitFailed, InterruptedException {
    remote.call(
        () -> {
          try {
            call.run();
          } catch (GitUnreachable e) {
            LOG.log(Level.INFO, "the remote of {0} is away: {1}", name, e.reason());
            throw e;
          }
        });
  }

  @Override
  public Optional<String> commit(RepositoryName name, @Nullable BranchName branch)
      throws GitFailed, InterruptedException {
    return clones.commit(name, branch);
  }

  @Override
  public void remove(RepositoryName name) throws GitFailed, InterruptedException {
    clones.remove(name);
  }

  @Override
  public Set<RepositoryName> present() throws IOException {
    return clones.present();
  }
}
