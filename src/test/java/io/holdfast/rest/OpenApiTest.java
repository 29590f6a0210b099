package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.holdfast.callbacks.DeliveryState;
import io.holdfast.jobs.AttemptRecord;
import io.holdfast.jobs.JobEvent;
import io.holdfast.jobs.JobState;
import io.holdfast.recovery.ResourceError;
import io.holdfast.repositories.Batch;
import io.holdfast.repositories.RepositoryLock;
import io.holdfast.repositories.RepositoryState;
import io.holdfast.runtime.HealthEndpoint;
import jakarta.servlet.annotation.WebServlet;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The description of the API and the API say the same. */
class OpenApiTest {

  private static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "patch", "head", "options", "trace");

  private static JsonNode document = new ObjectMapper().nullNode();

  @BeforeAll
  static void read() throws IOException {
    try (InputStream yaml = OpenApiTest.class.getResourceAsStream("/META-INF/openapi.yaml")) {
      document = new ObjectMapper(new YAMLFactory()).readTree(yaml);
    }
  }

  @Test
  void everyMethodAndPathIsDescribedAndNoOther() {
    assertThat(described().keySet()).isEqualTo(offered().keySet());
  }

  @Test
  void everyParameterIsDescribedAndNoOther() {
    Map<String, Set<String>> parameters = new TreeMap<>();
    offered().forEach((operation, method) -> parameters.put(operation, parametersOf(method)));
    assertThat(described()).isEqualTo(parameters);
  }

  @Test
  void theHealthPathsAreDescribedAndNeedNoToken() {
    Set<String> paths = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path -> {
              if (!path.getKey().startsWith("/api/")) {
                paths.add(path.getKey());
                assertThat(path.getValue().at("/get/security")).isEmpty();
                assertThat(path.getValue().at("/get/security").isArray()).isTrue();
              }
            });
    WebServlet servlet = HealthEndpoint.class.getAnnotation(WebServlet.class);
    assertThat(paths).containsExactlyInAnyOrder(servlet.urlPatterns());
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void aSchemaHasTheFieldsOfItsRecord(String schema, Class<?> record) {
    assertThat(fieldNames(document.at("/components/schemas/" + schema + "/properties")))
        .isEqualTo(jsonFields(record));
  }

  static Stream<Arguments> schemas() {
    return Stream.of(
            Map.entry("SubmitRequest", SubmitRequest.class),
            Map.entry("SubmitBatch", SubmitBatch.class),
            Map.entry("Job", JobView.class),
            Map.entry("JobPage", JobView.Page.class),
            Map.entry("JobList", JobView.Submitted.class),
            Map.entry("Attempts", JobsResource.AttemptsView.class),
            Map.entry("Attempt", AttemptRecord.class),
            Map.entry("Events", JobsResource.EventsView.class),
            Map.entry("Event", JobEvent.class),
            Map.entry("StreamEnd", FollowedOutput.End.class),
            Map.entry("StreamAttempt", FollowedOutput.Attempt.class),
            Map.entry("RegisterRequest", RepositoriesResource.RegisterRequest.class),
            Map.entry("Repositories", RepositoriesResource.RepositoriesView.class),
            Map.entry("Repository", RepositoriesResource.RepositoryView.class),
            Map.entry("Engines", EnginesResource.EnginesView.class),
            Map.entry("Engine", EnginesResource.EngineView.class),
            Map.entry("StartupLog", AdminResource.StartupLogView.class),
            Map.entry("Startup", AdminResource.StartupView.class),
            Map.entry("AbortedStartup", AdminResource.AbortedView.class),
            Map.entry("StartupOperation", AdminResource.OperationView.class),
            Map.entry("ResourceError", ResourceError.class),
            Map.entry("Statistics", AdminResource.StatisticsView.class),
            Map.entry("Callback", CallbackRequest.class),
            Map.entry("EndpointRequest", CallbackEndpointsResource.EndpointRequest.class),
            Map.entry("SecretsRequest", CallbackEndpointsResource.SecretsRequest.class),
            Map.entry("CallbackEndpoint", CallbackViews.EndpointView.class),
            Map.entry("CallbackEndpoints", CallbackViews.EndpointsView.class),
            Map.entry("Ping", CallbackViews.PingView.class),
            Map.entry("Redelivered", CallbackViews.RedeliveredView.class),
            Map.entry("Delivery", CallbackViews.DeliveryView.class),
            Map.entry("DeliveryAttempt", CallbackViews.DeliveryAttemptView.class),
            Map.entry("DeliveryDetail", CallbackViews.DeliveryDetail.class),
            Map.entry("Deliveries", CallbackViews.DeliveriesView.class),
            Map.entry("CallbackOverview", CallbackViews.OverviewView.class),
            Map.entry("RepositoryDetails", RepositoriesResource.RepositoryDetails.class),
            Map.entry("WaitingQueue", RepositoriesResource.WaitingQueue.class),
            Map.entry("PlacePage", PlaceView.Page.class),
            Map.entry("Place", PlaceView.class),
            Map.entry("LockPage", LockView.Page.class),
            Map.entry("Lock", LockView.class),
            Map.entry("BatchPage", BatchView.Page.class),
            Map.entry("Batch", BatchView.class),
            Map.entry("BatchDetails", BatchesResource.BatchDetails.class),
            Map.entry("BatchMember", BatchesResource.MemberView.class),
            Map.entry("QueuePage", AdminResource.QueuePage.class),
            Map.entry("QueuedJob", AdminResource.QueuedView.class),
            Map.entry("NodePage", AdminResource.NodePage.class),
            Map.entry("Node", AdminResource.NodeView.class),
            Map.entry("Problem", Problem.class),
            Map.entry("FieldError", Problem.FieldError.class))
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @Test
  void everyStateIsDescribed() {
    assertThat(texts(document.at("/components/schemas/JobState/enum")))
        .containsExactlyElementsOf(names(JobState.values()));
    assertThat(texts(document.at("/components/schemas/Delivery/properties/state/enum")))
        .containsExactlyElementsOf(names(DeliveryState.values()));
    assertThat(texts(document.at("/components/schemas/Repository/properties/state/enum")))
        .containsExactlyElementsOf(names(RepositoryState.values()));
    assertThat(texts(document.at("/components/schemas/RepositoryDetails/properties/state/enum")))
        .containsExactlyElementsOf(names(RepositoryState.values()));
    assertThat(texts(document.at("/components/schemas/BatchPhase/enum")))
        .containsExactlyElementsOf(names(Batch.Phase.values()));
    assertThat(texts(document.at("/components/schemas/Lock/properties/operation/enum")))
        .containsExactlyElementsOf(names(RepositoryLock.Operation.values()));
  }

  @Test
  void everyTypeOfProblemIsDescribed() {
    assertThat(texts(document.at("/components/schemas/Problem/properties/type/enum")))
        .containsExactlyElementsOf(
            Stream.of(Problem.Kind.values()).map(Problem.Kind::urn).toList());
  }

  @Test
  void everyTypeOfProblemHasItsLineInTheListOfProblems() throws IOException {
    List<String> lines = Files.readAllLines(java.nio.file.Path.of("docs/problems.md"));
    for (Problem.Kind kind : Problem.Kind.values()) {
      String status = kind.status() == 0 ? "as HTTP says" : String.valueOf(kind.status());
      assertThat(lines)
          .filteredOn(line -> line.startsWith("| `" + kind.urn() + "` | " + status + " |"))
          .as(kind.urn())
          .hasSize(1);
    }
  }

  /** Method and path of every operation below /api with its parameters, as "query limit". */
  private static Map<String, Set<String>> described() {
    Map<String, Set<String>> operations = new TreeMap<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path -> {
              if (path.getKey().startsWith("/api/")) {
                operations.putAll(operationsOf(path.getKey(), path.getValue()));
              }
            });
    return operations;
  }

  private static Map<String, Set<String>> operationsOf(String path, JsonNode item) {
    Map<String, Set<String>> operations = new TreeMap<>();
    for (String method : METHODS) {
      if (item.has(method)) {
        Set<String> parameters = new TreeSet<>();
        for (JsonNode list :
            List.of(item.path("parameters"), item.at("/" + method + "/parameters"))) {
          list.forEach(parameter -> parameters.add(described(parameter)));
        }
        operations.put(method.toUpperCase(Locale.ROOT) + " " + path, parameters);
      }
    }
    return operations;
  }

  private static String described(JsonNode parameter) {
    JsonNode found =
        parameter.has("$ref")
            ? document.at(parameter.get("$ref").asText().substring(1))
            : parameter;
    return found.get("in").asText() + " " + found.get("name").asText();
  }

  /** The same of the resources. */
  private static Map<String, Method> offered() {
    Map<String, Method> operations = new TreeMap<>();
    String root = Api.class.getAnnotation(ApplicationPath.class).value();
    for (Class<?> resource : resources()) {
      String prefix = root + "/" + resource.getAnnotation(Path.class).value();
      for (Method method : resource.getDeclaredMethods()) {
        Path own = method.getAnnotation(Path.class);
        String path = own == null ? prefix : prefix + "/" + own.value();
        for (Annotation annotation : method.getAnnotations()) {
          HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
          if (verb != null) {
            operations.put(verb.value() + " " + path, method);
          }
        }
      }
    }
    return operations;
  }

  /** The classes of this package's main code that have a path. */
  private static List<Class<?>> resources() {
    List<Class<?>> resources = new ArrayList<>();
    try {
      URI code = Api.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      try (Stream<java.nio.file.Path> files =
          Files.list(java.nio.file.Path.of(code).resolve("io/holdfast/rest"))) {
        for (String name : files.map(file -> file.getFileName().toString()).toList()) {
          if (name.endsWith(".class")) {
            String type = "io.holdfast.rest." + name.substring(0, name.length() - 6);
            Class<?> found = Class.forName(type, false, Api.class.getClassLoader());
            if (found.isAnnotationPresent(Path.class)) {
              resources.add(found);
            }
          }
        }
      }
    } catch (ReflectiveOperationException | URISyntaxException | IOException e) {
      throw new AssertionError(e);
    }
    return resources;
  }

  private static Set<String> parametersOf(Method method) {
    Set<String> parameters = new TreeSet<>();
    for (Parameter parameter : method.getParameters()) {
      for (Annotation annotation : parameter.getAnnotations()) {
        if (annotation instanceof PathParam path) {
          parameters.add("path " + path.value());
        } else if (annotation instanceof QueryParam query) {
          parameters.add("query " + query.value());
        } else if (annotation instanceof HeaderParam header) {
          parameters.add("header " + header.value());
        }
      }
    }
    return parameters;
  }

  private static Set<String> jsonFields(Class<?> record) {
    JavaType type = Json.MAPPER.constructType(record);
    Set<String> names = new TreeSet<>();
    for (BeanPropertyDefinition property :
        Json.MAPPER.getSerializationConfig().introspect(type).findProperties()) {
      names.add(property.getName());
    }
    return names;
  }

  private static Set<String> fieldNames(JsonNode properties) {
    Set<String> names = new TreeSet<>();
    properties.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static List<String> names(Enum<?>[] constants) {
    return Stream.of(constants).map(Enum::name).toList();
  }
}
