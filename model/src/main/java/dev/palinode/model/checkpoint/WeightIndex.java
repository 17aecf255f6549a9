package dev.palinode.model.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.palinode.io.ForeignJson;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code model.safetensors.index.json}: which weight of a sharded checkpoint is in which file. */
final class WeightIndex {
  static final String NAME = "model.safetensors.index.json";

  private static final String MAP = "weight_map";

  /** Receives each weight, in the order of the index. */
  @FunctionalInterface
  interface Visitor {
    void weight(String name, String shard) throws IOException;
  }

  private final Path file;
  private final Visitor visitor;
  private boolean found;

  private WeightIndex(Path file, Visitor visitor) {
    this.file = file;
    this.visitor = visitor;
  }

  /**
   * Reads an index.
   *
   * @param visitor gets names as they are in the file, while it is being read
   * @throws IOException if it is not an index; the message names the file
   */
  static void read(Path file, Visitor visitor) throws IOException {
    WeightIndex index = new WeightIndex(file, visitor);
    try (InputStream bytes = Files.newInputStream(file)) {
      ForeignJson.read(file, "the index", bytes, index::readObject);
    }
    if (!index.found) {
      throw new IOException(file + ": " + MAP + " is missing");
    }
  }

  private void readObject(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new IOException(file + ": the index is no JSON object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (field.equals(MAP)) {
        readMap(json);
      } else {
        json.skipChildren();
      }
    }
  }

  private void readMap(JsonParser json) throws IOException {
    if (found) {
      throw new IOException(file + ": " + MAP + " is there twice");
    }
    found = true;
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IOException(file + ": " + MAP + " is no JSON object of weights and files");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String weight = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw new IOException(
            file + ": weight " + Printable.quote(weight) + " has no file name, expected a string");
      }
      visitor.weight(weight, json.getText());
    }
  }
}
