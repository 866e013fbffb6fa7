<?php
// Firma los tokens con los que el asistente sabe quién pregunta.

namespace local_tutorbot;

class signer {
    /** Vida del token: el widget pide otro cuando hace falta. */
    const LIFE_SECONDS = 3600;

    /**
     * Los datos que el asistente lee: exp y sub son obligatorios; el correo decide de quién son los certificados.
     *
     * @param \stdClass $user id, email, firstname, lastname
     */
    public static function claims(\stdClass $user, string $issuer, string $audience, int $now): array {
        return [
            'iss' => $issuer,
            'aud' => $audience,
            'sub' => 'moodle-' . $user->id,
            'email' => $user->email,
            'nombre' => trim($user->firstname . ' ' . $user->lastname),
            'iat' => $now,
            'exp' => $now + self::LIFE_SECONDS,
            'jti' => bin2hex(random_bytes(16)),
        ];
    }

    /** RS256: la clave es un PEM privado. HS256: es el secreto compartido. */
    public static function sign(array $claims, string $key, string $algorithm = 'RS256'): string {
        $head = self::base64url(json_encode(['alg' => $algorithm, 'typ' => 'JWT']));
        $body = self::base64url(json_encode($claims, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR));
        if ($algorithm === 'HS256') {
            $signature = hash_hmac('sha256', "$head.$body", $key, true);
        } else if (!openssl_sign("$head.$body", $signature, $key, OPENSSL_ALGO_SHA256)) {
            throw new \RuntimeException('local_tutorbot: no se pudo firmar; revisa la clave.');
        }
        return "$head.$body." . self::base64url($signature);
    }

    private static function base64url(string $bytes): string {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}
