package io.holdfast.rest;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** JSON as the API speaks it: snake_case, ISO 8601, and strict in what it accepts. */
final class Json {

  static final ObjectMapper MAPPER = mapper();

  private Json() {}

  private static ObjectMapper mapper() {
    ObjectMapper mapper =
        JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    mapper
        .coercionConfigFor(LogicalType.Textual)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    JsonSetter.Value noNulls = JsonSetter.Value.forContentNulls(Nulls.FAIL);
    mapper.configOverride(List.class).setSetterInfo(noNulls);
    mapper.configOverride(Map.class).setSetterInfo(noNulls);
    return mapper;
  }

  /** Reads a whole body. */
  static <T> T read(byte[] body, Class<T> type) throws IOException {
    try (JsonParser parser = MAPPER.createParser(body)) {
      if (parser.nextToken() == null) {
        throw new ProblemException(Problem.Kind.MALFORMED_JSON, "the body is empty");
      }
      T value = MAPPER.readValue(parser, type);
      if (value == null) {
        throw new ProblemException(Problem.Kind.WRONG_TYPE, "the body is null");
      }
      if (parser.nextToken() != null) {
        throw new ProblemException(Problem.Kind.MALFORMED_JSON, "something follows the body's end");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw problem(e);
    }
  }

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written: " + value.getClass(), e);
    }
  }

  /** What is wrong with a client's JSON, in words that help to mend it. */
  private static ProblemException problem(JsonProcessingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return new ProblemException(
          Problem.Kind.UNKNOWN_FIELD,
          "'" + path(unknown) + "' is not a field here; known: " + unknown.getKnownPropertyIds());
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonParseException || cause instanceof StreamConstraintsException) {
        return new ProblemException(
            Problem.Kind.MALFORMED_JSON, ((JsonProcessingException) cause).getOriginalMessage());
      }
    }
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return new ProblemException(
          Problem.Kind.WRONG_TYPE,
          where(mismatch) + " must be " + inWords(mismatch.getTargetType()));
    }
    if (e instanceof JsonMappingException mapping) {
      String where = path(mapping).isEmpty() ? "the body" : "'" + path(mapping) + "'";
      return new ProblemException(
          Problem.Kind.WRONG_TYPE, where + " has the wrong type or is missing");
    }
    return new ProblemException(Problem.Kind.MALFORMED_JSON, e.getOriginalMessage());
  }

  private static String where(JsonMappingException e) {
    return path(e).isEmpty() ? "the body" : "'" + path(e) + "'";
  }

  private static String inWords(Class<?> type) {
    if (type == String.class) {
      return "a text";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
      return "a whole number";
    }
    return Collection.class.isAssignableFrom(type) ? "a list without nulls" : "an object";
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step ->
                step.getFieldName() == null
                    ? "[" + step.getIndex() + "]"
                    : "." + step.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }
}
