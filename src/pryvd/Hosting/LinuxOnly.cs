using System.Runtime.Versioning;

// File modes, flock, statx and SO_PEERCRED are used without asking for the platform first.
[assembly: SupportedOSPlatform("linux")]
