package dev.palinode.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A byte-level BPE with every byte, a few merges and two special tokens. */
final class TinyTokenizer {
  private TinyTokenizer() {}

  static ObjectNode json() throws JsonProcessingException {
    ObjectNode json =
        (ObjectNode)
            new ObjectMapper()
                .readTree(
                    """
                    {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
                     "normalizer": {"type": "NFC"},
                     "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                       {"type": "Digits", "individual_digits": true},
                       {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}]},
                     "post_processor": {"type": "TemplateProcessing",
                       "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
                       "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}},
                     "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
                     "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
                       "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
                       "ignore_merges": false, "vocab": {}, "merges": []}}
                    """);
    ObjectNode model = (ObjectNode) json.path("model");
    ObjectNode vocab = (ObjectNode) model.path("vocab");
    int beyond = 256;
    for (int b = 0; b < 256; b++) {
      boolean isShown = (b > ' ' && b < 0x7f) || (b > 0xa0 && b != 0xad);
      vocab.put(Character.toString(isShown ? b : beyond++), vocab.size());
    }
    for (String merge : List.of("h e", "l l", "he ll", "o Ġ", "a n", "\u0120 t", "i s")) {
      model.withArray("merges").add(merge);
      vocab.put(merge.replace(" ", ""), vocab.size());
    }
    for (String special : List.of("<s>", "</s>")) {
      int id = vocab.size() + json.path("added_tokens").size();
      json.withArray("added_tokens")
          .addObject()
          .put("id", id)
          .put("content", special)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
      if (special.equals("<s>")) {
        ((ObjectNode) json.at("/post_processor/special_tokens/<s>")).putArray("ids").add(id);
      }
    }
    return json;
  }
}
