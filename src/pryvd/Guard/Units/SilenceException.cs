namespace Pryvd.Guard.Units;

/// <summary>systemd gave no answer: what it was asked to do may be done, or be done yet.</summary>
internal sealed class SilenceException(string message) : GuardException(message);
