package io.holdfast.rest;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Refuses bodies over {@code holdfast.http.max-body}: at once by the length they announce, else
 * while they are read. One that breaks off or is not what HTTP allows is the client's mistake, too.
 */
@Provider
@Priority(Priorities.ENTITY_CODER)
public class BodyLimit implements ContainerRequestFilter {

  @Inject private HttpSettings settings;

  @Override
  public void filter(ContainerRequestContext request) {
    long limit = settings.maxBody();
    String announced = request.getHeaderString("Content-Length");
    if (announced != null && announced.matches("\\d{1,18}") && Long.parseLong(announced) > limit) {
      request.abortWith(ProblemMapper.respond(tooLarge(limit)));
    } else if (request.hasEntity()) {
      request.setEntityStream(new Limited(request.getEntityStream(), limit));
    }
  }

  private static Problem tooLarge(long limit) {
    return Problem.of(
        Problem.Kind.BODY_TOO_LARGE,
        "at most " + limit + " bytes are taken (holdfast.http.max-body)");
  }

  private static final class Limited extends FilterInputStream {
    private final long limit;
    private long read;

    Limited(InputStream body, long limit) {
      super(body);
      this.limit = limit;
    }

    @Override
    public int read() throws IOException {
      int next = received(super::read);
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = received(() -> super.read(buffer, offset, length));
      count(Math.max(count, 0));
      return count;
    }

    private interface Reading {
      int bytes() throws IOException;
    }

    private static int received(Reading reading) {
      try {
        return reading.bytes();
      } catch (IOException e) {
        throw new ProblemException(
            Problem.http(400, "the body could not be read to its end: " + e.getMessage()));
      }
    }

    private void count(int bytes) {
      read += bytes;
      if (read > limit) {
        throw new ProblemException(tooLarge(limit));
      }
    }
  }
}
