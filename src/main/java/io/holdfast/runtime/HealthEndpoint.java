package io.holdfast.runtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/**
 * The MicroProfile health checks beside the API, in the specification's form: WildFly itself shows
 * them on its management port only.
 */
@WebServlet(urlPatterns = {"/health", "/health/live", "/health/ready"})
@SuppressWarnings("NullAway.Init") // filled by CDI
public class HealthEndpoint extends HttpServlet {

  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject @Any private transient Instance<HealthCheck> checks;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Stream<Annotation> kinds =
        switch (request.getServletPath()) {
          case "/health/live" -> Stream.of(Liveness.Literal.INSTANCE);
          case "/health/ready" -> Stream.of(Readiness.Literal.INSTANCE);
          default -> Stream.of(Liveness.Literal.INSTANCE, Readiness.Literal.INSTANCE);
        };
    List<HealthCheckResponse> results =
        kinds.flatMap(kind -> checks.select(kind).stream()).map(HealthCheck::call).toList();
    boolean up =
        results.stream().allMatch(result -> result.getStatus() == HealthCheckResponse.Status.UP);
    response.setStatus(up ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    JSON.writeValue(
        response.getOutputStream(),
        Map.of(
            "status",
            up ? "UP" : "DOWN",
            "checks",
            results.stream().map(HealthEndpoint::show).toList()));
  }

  private static Map<String, Object> show(HealthCheckResponse result) {
    return Map.of(
        "name", result.getName(),
        "status", result.getStatus().name(),
        "data", result.getData().<Map<String, Object>>map(data -> data).orElse(Map.of()));
  }
}
