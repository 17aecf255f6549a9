package dev.palinode.cli;

import dev.palinode.cli.console.Words;
import dev.palinode.cli.options.GatewayOptions;
import dev.palinode.cli.options.HttpOptions;
import dev.palinode.server.ServerSettings;
import dev.palinode.server.gateway.GatewayEngine;
import dev.palinode.server.gateway.GatewaySettings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code palinode gateway}: serves the models of other OpenAI-compatible servers. */
@Command(
    name = "gateway",
    description = {
      "Serve the models of other servers, with resets, guards and the chat page.",
      "",
      "In front of any server with OpenAI's API: vLLM, SGLang, llama.cpp, TGI, palinode serve."
          + " Requests go to the least busy of several. docs/gateway.md says what each can do.",
      "",
      "Example: palinode gateway --upstream http://a:8000/v1 --upstream http://b:8000/v1"
    })
final class GatewayCommand implements Callable<Integer> {
  @Mixin private GatewayOptions gateway;
  @Mixin private HttpOptions http;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (GatewayOptions used = gateway) {
      ServerSettings server = http.settings();
      GatewaySettings settings = used.settings();
      try (GatewayEngine engine = new GatewayEngine(settings, HttpService::log)) {
        String what = "the models of " + Words.number(settings.upstreams().size(), "upstream");
        HttpService.run(server, List.of(engine), what, http.drain());
      }
      return 0;
    }
  }
}
