package dev.palinode.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.token.Tokenizer;
import java.io.PrintStream;

/**
 * Writes each event of an answer as a line of JSON; {@code docs/command-line.md} has the fields.
 */
final class JsonEvents implements AnswerScreen {
  private final PrintStream out;
  private final Tokenizer tokenizer;

  JsonEvents(PrintStream out, Tokenizer tokenizer) {
    this.out = out;
    this.tokenizer = tokenizer;
  }

  @Override
  public void begin(String before, GenerationRequest request) {
    // whoever gave the prompt knows it
  }

  @Override
  public boolean showsUndos() {
    return true;
  }

  @Override
  public void accept(GenerationEvent event) {
    out.println(json(event));
    out.flush();
  }

  private ObjectNode json(GenerationEvent event) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (event instanceof Token token) {
      json.put("event", "token").put("id", token.id()).put("text", token.text());
    } else if (event instanceof Undo undo) {
      json.put("event", "undo")
          .put("withdrawn", undo.withdrawn())
          .put("text", undo.text())
          .put("discarded", undo.discarded())
          .put("cause", AnswerJson.lower(undo.cause()))
          .put("reason", undo.reason());
    } else if (event instanceof Finished finished) {
      json.put("event", "finished").put("rest", finished.rest());
      AnswerJson.put(json, finished, tokenizer);
    } else if (event instanceof Failed failed) {
      json.put("event", "failed").put("error", Errors.message(failed.cause()));
    }
    return json;
  }
}
