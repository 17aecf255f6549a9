package dev.palinode.tensor.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "RANK", "3",
          "WORLD_SIZE", "4",
          "LOCAL_RANK", "1",
          "MASTER_ADDR", "10.0.0.7",
          "MASTER_PORT", "40000");

  @Test
  void theEnvironment_isReadAsPyTorchsLauncherSetsIt() {
    assertThat(Rendezvous.isIn(Map.of("WORLD_SIZE", "2"))).isFalse();
    assertThat(Rendezvous.isIn(ENVIRONMENT)).isTrue();
    assertThat(Rendezvous.fromEnvironment(ENVIRONMENT))
        .isEqualTo(
            new Rendezvous(
                3, 4, 1, "10.0.0.7", 40000, Rendezvous.DEFAULT_TIMEOUT, Optional.empty()));
  }

  @Test
  void timeoutAndInterface_mayBeSet() {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("PALINODE_PEER_TIMEOUT", "90");
    environment.put("GLOO_SOCKET_IFNAME", "eth1");

    Rendezvous place = Rendezvous.fromEnvironment(environment);

    assertThat(place.timeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(place.networkInterface()).hasValue("eth1");
  }

  @Test
  void everyVariableThatIsMissingOrBad_isNamed() {
    assertThatThrownBy(
            () ->
                Rendezvous.fromEnvironment(
                    Map.of(
                        "RANK", "2",
                        "WORLD_SIZE", "2",
                        "MASTER_PORT", "many",
                        "PALINODE_PEER_TIMEOUT", "0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RANK is \"2\": expected a whole number from 0 to 1")
        .hasMessageContaining("LOCAL_RANK is missing")
        .hasMessageContaining("MASTER_ADDR is missing")
        .hasMessageContaining("MASTER_PORT is \"many\"")
        .hasMessageContaining("PALINODE_PEER_TIMEOUT is \"0\"")
        .hasMessageContaining("palinode launch");
  }
}
