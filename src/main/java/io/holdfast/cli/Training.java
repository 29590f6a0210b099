package io.holdfast.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Runs the client commands once against canned answers, so that the JVM that is asked to archive
 * its classes at exit has loaded those that the commands need. Without it they start in twice the
 * time.
 */
final class Training {

  private static final String JOB =
      "{\"id\":\"1\",\"state\":\"RUNNING\",\"exit_code\":null,\"repositories\":[\"a\"],"
          + "\"created_at\":\"2026-01-01T00:00:00Z\",\"output_bytes\":3,\"attempt\":1}";
  private static final String ANSWER =
      "{\"jobs\":["
          + JOB
          + "],\"next_cursor\":null,\"repositories\":[{\"name\":\"a\",\"state\":\"READY\"}],"
          + "\"queue\":[{\"position\":1}],\"waiting\":[{\"position\":1}],\"locks\":[{\"fence\":1}],"
          + "\"batches\":[{\"members\":1}],\"nodes\":[{\"epoch\":1}],"
          + "\"waiting_queue\":{\"length\":1,\"jobs\":[{\"position\":1}]},"
          + "\"current_startup\":{\"startup_id\":\"1\",\"operations\":[{\"component\":\"c\","
          + "\"duration_ms\":1,\"counts\":{\"n\":1}}]},"
          + JOB.substring(1);
  private static final String STREAM =
      """
      event: attempt
      id: 0
      data: {"attempt":1,"session_id":"1"}

      event: output
      id: 3
      data: ab
      data:

      event: end
      data: {"state":"COMPLETED","exit_code":0,"output_bytes":3}

      """;
  private static final String PROBLEM = "{\"title\":\"No such job\",\"detail\":\"x\"}";

  private Training() {}

  public static void main(String[] arguments) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answer(server));
      answering.setDaemon(true);
      answering.start();
      String url = "http://127.0.0.1:" + server.getLocalPort();
      for (String command :
          new String[] {
            "ls",
            "ls --json",
            "show 1",
            "show missing",
            "logs 1",
            "logs -f 1",
            "logs -f --json 1",
            "cancel 1",
            "repository ls",
            "repository add a http://a.example",
            "repository show a",
            "repository rm a",
            "queue",
            "waiting",
            "locks",
            "batches",
            "nodes",
            "recovery",
            "submit -- true",
            "submit -f -- true"
          }) {
        Main.run(command.replaceFirst("( --|$)", " --url " + url + "$1").split(" ", -1));
      }
      Main.run("--help");
      Main.run("--version");
      Main.run("submit", "--help");
      Main.run("ls", "--no-such-option");
    }
  }

  private static void answer(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket call = server.accept()) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(call.getInputStream(), StandardCharsets.UTF_8));
        String request = in.readLine();
        for (String line = request; line != null && !line.isEmpty(); line = in.readLine()) {}
        boolean missing = request != null && request.contains("missing");
        boolean stream = request != null && request.contains("stream");
        byte[] body =
            (missing ? PROBLEM : stream ? STREAM : ANSWER).getBytes(StandardCharsets.UTF_8);
        OutputStream out = call.getOutputStream();
        String head = "HTTP/1.1 " + (missing ? "404 Not Found" : "200 OK") + "\r\n";
        out.write(
            (head + "Connection: close\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
