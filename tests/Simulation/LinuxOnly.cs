using System.Runtime.Versioning;

// The daemon under test runs on Linux only.
[assembly: SupportedOSPlatform("linux")]
