package io.holdfast.cli.client;

import java.io.IOException;

/** The server answered, and the answer was no: the title and detail of its problem (RFC 9457). */
public final class Refused extends IOException {

  private static final long serialVersionUID = 1L;

  private final int status;

  public Refused(int status, String title, String detail) {
    super(detail.isEmpty() || detail.equals(title) ? title : title + ": " + detail);
    this.status = status;
  }

  static Refused of(int status, String body) {
    try {
      Fields problem = Json.object(body);
      String title = problem.text("title");
      return new Refused(
          status, title.isEmpty() ? "HTTP " + status : title, problem.text("detail"));
    } catch (IOException notJson) {
      return new Refused(status, "HTTP " + status, "");
    }
  }

  public int status() {
    return status;
  }

  /** The server is starting, recovering or overloaded; the same request may succeed soon. */
  public boolean isTemporary() {
    return status == 503 || status == 429 || status == 502 || status == 504;
  }
}
