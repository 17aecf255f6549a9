package dev.palinode.tensor.distributed;

import dev.palinode.tensor.Device;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/**
 * NCCL, the backend for NVIDIA GPUs. A separate class, because its native library is part of the
 * GPU natives only: nothing here is loaded before it is used.
 *
 * <p>NCCL's watchdog ends a process that has lost another, without a Java exception, unless {@code
 * TORCH_NCCL_BLOCKING_WAIT=1} is set in the environment; {@code palinode launch} sets it.
 */
final class NcclBackend {
  private NcclBackend() {}

  static Backend connect(Store store, Rendezvous place, Device device) {
    ProcessGroupNCCL.Options options = ProcessGroupNCCL.Options.create();
    new LongPointer(options.timeout()).put(place.timeout().toMillis()); // as ProcessGroup does
    ProcessGroupNCCL backend = new ProcessGroupNCCL(store, place.rank(), place.size(), options);
    backend.setBoundDeviceId(new DeviceOptional(device.handle())); // where barriers run
    return backend;
  }
}
