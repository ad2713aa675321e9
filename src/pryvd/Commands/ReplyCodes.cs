namespace Pryvd.Commands;

/// <summary>The codes of a reply; anything but <see cref="Ok"/> means that nothing was changed.</summary>
public static class ReplyCodes
{
    public const string Ok = "ok";
    public const string Conflict = "conflict";
    public const string NotFound = "not_found";
    public const string Invalid = "invalid";
    public const string OutcomeUnknown = "outcome_unknown";
}
