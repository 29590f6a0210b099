package io.holdfast.rest;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What the server itself refuses, before or beside the API, as a problem: the error page of every
 * status, see web.xml.
 */
@WebServlet("/error-page")
public class ErrorPage extends HttpServlet {

  private static final long serialVersionUID = 1L;

  /** Whatever the method was: the error is dispatched with it. */
  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object refused = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    int status = refused instanceof Integer code ? code : HttpServletResponse.SC_NOT_FOUND;
    response.setStatus(status);
    response.setContentType(Problem.MEDIA_TYPE);
    response.setHeader("Cache-Control", "no-store");
    response
        .getOutputStream()
        .write(Json.MAPPER.writeValueAsBytes(Problem.http(status, of(status))));
  }

  private static String of(int status) {
    return switch (status) {
      case 400 -> "it is not valid HTTP, or a header cannot be read";
      case 401 -> "send Authorization: Bearer <token> with a valid token";
      case 403 -> "this token does not allow it";
      case 404 -> "nothing is served under this path";
      case 405, 501 -> "the method is not allowed here";
      case 413 -> "it is over the server's own limit";
      case 500 -> "the server's log has more";
      case 503 -> "the database does not answer";
      default -> "the server refuses it";
    };
  }
}
