package io.holdfast.cli.client;

import java.io.IOException;
import java.util.Map;

/** The server answered, and the answer was no: the title and detail of its problem (RFC 9457). */
public final class Refused extends IOException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final boolean problem;

  private Refused(int status, boolean problem, String message) {
    super(message);
    this.status = status;
    this.problem = problem;
  }

  static Refused of(int status, String body) {
    Fields problem;
    try {
      problem = Json.object(body);
    } catch (IOException notJson) {
      problem = new Fields(Map.of());
    }
    String title = problem.text("title");
    String detail = problem.text("detail");
    if (title.isEmpty()) {
      return new Refused(status, false, "HTTP " + status + ", and no Holdfast to explain it");
    }
    return new Refused(
        status, true, detail.isEmpty() || detail.equals(title) ? title : title + ": " + detail);
  }

  public int status() {
    return status;
  }

  /** Not Holdfast has answered: it may be not deployed yet, or the address is wrong. */
  public boolean isForeign() {
    return !problem;
  }

  /** The server is starting, recovering or overloaded; the same request may succeed soon. */
  public boolean isTemporary() {
    return status == 503 || status == 429 || status == 502 || status == 504;
  }
}
