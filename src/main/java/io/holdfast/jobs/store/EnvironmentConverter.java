package io.holdfast.jobs.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Map;

/** A job's environment as a JSON object in a text column: never searched, only given back. */
@Converter
public class EnvironmentConverter implements AttributeConverter<Map<String, String>, String> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String convertToDatabaseColumn(Map<String, String> environment) {
    try {
      return JSON.writeValueAsString(environment);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("environment", e);
    }
  }

  @Override
  public Map<String, String> convertToEntityAttribute(String column) {
    try {
      return JSON.readValue(column, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("column job.environment", e);
    }
  }
}
