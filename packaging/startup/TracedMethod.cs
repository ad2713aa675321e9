namespace StartupProfile;

/// <param name="Type">The id of the type that has it.</param>
/// <param name="Token">Its row in its module's metadata.</param>
/// <param name="Arguments">The ids of its own type arguments.</param>
internal sealed record TracedMethod(ulong Type, int Token, ulong[] Arguments);
