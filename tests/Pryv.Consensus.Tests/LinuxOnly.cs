using System.Runtime.Versioning;

// The log is tested on the simulator's disk, and the simulator runs the daemon's own parts, which are for Linux only.
[assembly: SupportedOSPlatform("linux")]
