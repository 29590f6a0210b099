package io.holdfast.rest;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.UUID;

/** Every failure leaves as a problem, never as a stack trace. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

  private static final Logger LOG = System.getLogger(ProblemMapper.class.getName());
  private static final int RETRY_SECONDS = 2;

  @Override
  public Response toResponse(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProblemException problem) {
        return respond(problem.problem());
      }
      if (cause instanceof WebApplicationException web) {
        return http(web);
      }
      if (cause instanceof SQLException sql && isConnectionTrouble(sql)) {
        LOG.log(Level.WARNING, "no database: {0}", sql.getMessage());
        return notReady("the database does not answer");
      }
    }
    String id = UUID.randomUUID().toString();
    LOG.log(Level.ERROR, "request failed, id " + id, thrown);
    return respond(Problem.of(Problem.Kind.INTERNAL, "the server's log has it under id " + id));
  }

  static Response respond(Problem problem) {
    Response.ResponseBuilder response =
        Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem);
    return problem.status() == 503
        ? response.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS).build()
        : response.build();
  }

  static Response notReady(String why) {
    return respond(Problem.of(Problem.Kind.NOT_READY, why));
  }

  private static Response http(WebApplicationException web) {
    Response given = web.getResponse();
    Problem problem = Problem.http(given.getStatus(), given.getStatusInfo().getReasonPhrase());
    Response.ResponseBuilder response = Response.fromResponse(respond(problem));
    String allow = given.getHeaderString(HttpHeaders.ALLOW);
    return allow == null ? response.build() : response.header(HttpHeaders.ALLOW, allow).build();
  }

  /**
   * Class 08 (connection), 57P (shutdown, crash), and a pool that could not get a connection (no
   * state).
   */
  private static boolean isConnectionTrouble(SQLException sql) {
    String state = sql.getSQLState();
    return state == null
        || state.startsWith("08")
        || state.startsWith("57P")
        || state.startsWith("53");
  }
}
