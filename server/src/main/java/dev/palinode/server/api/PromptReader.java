package dev.palinode.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Prompt;
import dev.palinode.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the prompts of a completion: a text, token ids, or an array of either.
 *
 * @param most how many there may be
 */
record PromptReader(int most) {
  List<Prompt> read(Fields request) {
    @Nullable JsonNode prompt = request.any("prompt");
    if (prompt != null && (prompt.isTextual() || isIds(prompt))) {
      return List.of(one(request, prompt));
    } else if (prompt == null || !prompt.isArray() || prompt.isEmpty() || prompt.size() > most) {
      throw expected(request);
    }
    List<Prompt> prompts = new ArrayList<>();
    for (JsonNode each : prompt) {
      prompts.add(one(request, each));
    }
    return prompts;
  }

  private static boolean isIds(JsonNode node) {
    return node.isArray() && !node.isEmpty() && node.get(0).isNumber();
  }

  private Prompt one(Fields request, JsonNode node) {
    if (node.isTextual()) {
      return new EngineRequest.Text(node.textValue());
    } else if (!isIds(node)) {
      throw expected(request);
    }
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = node.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
        throw expected(request);
      }
      ids[i] = id.intValue();
    }
    return new EngineRequest.Tokens(TokenIds.of(ids));
  }

  private ApiException expected(Fields request) {
    return request.invalid(
        "prompt", "a string, token ids, or an array of strings or of token ids, at most " + most);
  }
}
