namespace Pryv.Grpc.Tests.Outside;

/// <summary>Where the outside clients come from.</summary>
internal enum OutsideLanguage
{
    Python,
    Node,
}
