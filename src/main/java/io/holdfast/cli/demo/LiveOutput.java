package io.holdfast.cli.demo;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.OutputEvent.End;
import io.holdfast.cli.client.OutputFollower;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Follows a job in a thread of its own, shows what comes, and keeps every byte of it. */
final class LiveOutput implements OutputFollower.Sink {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final PrintStream out;
  private final Consumer<String> narrator;
  private int breaks;
  private long resumedAt = -1;

  private LiveOutput(PrintStream out, Consumer<String> narrator) {
    this.out = out;
    this.narrator = narrator;
  }

  static LiveOutput follow(Api api, String job, PrintStream out, Consumer<String> narrator) {
    LiveOutput live = new LiveOutput(out, narrator);
    Thread thread = new Thread(() -> live.run(new OutputFollower(api, job, 0, live)), "follower");
    thread.setDaemon(true);
    thread.start();
    return live;
  }

  @Override
  public synchronized void accept(long offset, byte[] chunk) throws IOException {
    bytes.write(chunk);
    out.print(
        new String(chunk, StandardCharsets.UTF_8)
            .replace("\r", "")
            .replaceAll("(?m)^(?=.)", "    | "));
    out.flush();
  }

  @Override
  public synchronized void interrupted(long position, String reason) {
    breaks++;
    narrator.accept("follower: at byte " + position + ": " + reason + "; waiting");
  }

  @Override
  public synchronized void resumed(long position) {
    resumedAt = position;
    narrator.accept("follower: the server is back; going on with Last-Event-ID " + position);
  }

  synchronized byte[] bytes() {
    return bytes.toByteArray();
  }

  synchronized long size() {
    return bytes.size();
  }

  synchronized int breaks() {
    return breaks;
  }

  synchronized long resumedAt() {
    return resumedAt;
  }

  boolean hasEnded() {
    return end.isDone();
  }

  /** The job's end; an {@link IOException} if following failed or took too long. */
  End await(long seconds) throws IOException, InterruptedException {
    try {
      return end.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException("following the job failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException("the job has not ended after " + seconds + " s", e);
    }
  }

  private void run(OutputFollower follower) {
    try {
      end.complete(follower.follow());
    } catch (IOException | InterruptedException | RuntimeException e) {
      end.completeExceptionally(e);
    }
  }
}
