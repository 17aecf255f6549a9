package dev.palinode.cli.attack;

import dev.palinode.attack.Attack;
import dev.palinode.attack.blackbox.SpecialTokens;
import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.cli.options.AnsweringModelOptions;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code palinode attack special-tokens}. */
@Command(
    name = "special-tokens",
    description = "Spell the reset and the control tokens of chats in the user's text.")
final class SpecialTokensCommand implements Callable<Integer> {
  @Option(names = "--reset-token", description = "How it is spelled.")
  private String reset = LoadedModel.RESET;

  @Mixin private AttackOptions options;

  @Override
  public Integer call() throws IOException {
    return options.run(this::attack);
  }

  private Attack attack(AnsweringModelOptions victim) throws IOException {
    List<String> turns = new ArrayList<>(SpecialTokens.KNOWN_TURNS);
    if (victim.folder().isPresent()) {
      LoadedModel model = victim.loaded();
      turns.add(0, turn(model, victim.chatFormat(model)));
    }
    return new SpecialTokens(reset, turns);
  }

  /** What the model's own format puts between a user's text and the answer. */
  private static String turn(LoadedModel model, ChatFormat format) {
    int[] one = format.prompt(List.of(Message.user("")));
    int[] other = format.prompt(List.of(Message.user("x")));
    int alike = 0;
    while (alike < Math.min(one.length, other.length)
        && one[one.length - 1 - alike] == other[other.length - 1 - alike]) {
      alike++;
    }
    int[] end = Arrays.copyOfRange(one, one.length - alike, one.length);
    return model.tokenizer().decode(end, false);
  }
}
