namespace StartupProfile;

/// <param name="Module">The id of its module.</param>
/// <param name="Token">Its row in its module's metadata; of no use for arrays and the like.</param>
/// <param name="Element">The kind of type, ECMA-335 II.23.1.16.</param>
/// <param name="Arguments">The ids of its type arguments, or of what an array or pointer is of.</param>
internal sealed record TracedType(ulong Module, int Token, byte Element, ulong[] Arguments);
