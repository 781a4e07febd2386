{{/* What pods of services and of jobs have in common. */}}

{{- define "fincc.env" -}}
{{- $global := .Values.global }}
{{- $spec := include "fincc.spec" . | fromYaml }}
- name: FINCC_HOST
  value: "0.0.0.0"
- name: FINCC_INSTANCE
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: FINCC_DATA_DIR
  value: /tmp/fincc
- name: FINCC_DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ .Values.postgres.secret | default $global.postgres.secret }}
      key: {{ empty .Values.postgres.secret | ternary $global.postgres.key .Values.postgres.key }}
- name: FINCC_DATABASE_POOL
  value: {{ $global.postgres.pool | quote }}
{{- with $global.postgres.tls.mode }}
- name: PGSSLMODE
  value: {{ . }}
{{- end }}
{{- if $global.postgres.tls.caSecret }}
- name: PGSSLROOTCERT
  value: /etc/fincc/postgres/{{ $global.postgres.tls.caKey }}
{{- end }}
- name: FINCC_KAFKA_BOOTSTRAP
  value: {{ $global.kafka.bootstrap | quote }}
- name: FINCC_KAFKA_SECURITY
  value: {{ $global.kafka.security }}
- name: FINCC_KAFKA_REPLICATION
  value: {{ $global.kafka.replication | quote }}
{{- if hasPrefix "SASL" $global.kafka.security }}
- name: FINCC_KAFKA_SASL_MECHANISM
  value: {{ $global.kafka.saslMechanism }}
- name: FINCC_KAFKA_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ $global.kafka.secret }}
      key: {{ $global.kafka.usernameKey }}
- name: FINCC_KAFKA_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ $global.kafka.secret }}
      key: {{ $global.kafka.passwordKey }}
{{- end }}
{{- if $global.kafka.caSecret }}
- name: FINCC_KAFKA_CA_FILE
  value: /etc/fincc/kafka/{{ $global.kafka.caKey }}
{{- end }}
- name: FINCC_OBJECT_STORE
  value: {{ $global.objectStore.url | default "/var/lib/fincc/objects" | quote }}
{{- range $name, $value := $global.objectStore.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
- name: FINCC_SUBJECT_PUBLIC_KEY
  valueFrom:
    secretKeyRef:
      name: {{ $global.keys.secret }}
      key: {{ $global.keys.publicKey }}
{{- if $spec.public }}
- name: FINCC_SUBJECT_PRIVATE_KEY
  valueFrom:
    secretKeyRef:
      name: {{ $global.keys.secret }}
      key: {{ $global.keys.privateKey }}
- name: FINCC_PEER_URL
  value: "http://{{ $global.prefix }}-{name}:{port}"
{{- end }}
{{- if .Values.secretKeys.secret }}
- name: FINCC_SECRET_KEYS_FILE
  value: /etc/fincc/secrets/{{ .Values.secretKeys.key }}
{{- end }}
- name: FINCC_LOG_LEVEL
  value: {{ $global.logLevel }}
{{- with $global.otlpEndpoint }}
- name: FINCC_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{/* A migration may go to the server itself, where services go through a pooler, and needs rights that the login of a
service has not. */}}
{{- define "fincc.migrationEnv" -}}
{{- $postgres := .Values.global.postgres }}
{{- $secret := dict "name" $postgres.secret "key" $postgres.key }}
{{- if $postgres.migrationSecret }}
{{- $secret = dict "name" $postgres.migrationSecret "key" $postgres.migrationKey }}
{{- end }}
{{- $env := list }}
{{- range include "fincc.env" . | fromYamlArray }}
{{- if eq .name "FINCC_DATABASE_URL" }}
{{- $env = append $env (dict "name" .name "valueFrom" (dict "secretKeyRef" $secret)) }}
{{- else }}
{{- $env = append $env . }}
{{- end }}
{{- end }}
{{- toYaml $env }}
{{- end }}

{{- define "fincc.envFrom" -}}
{{- range compact (prepend .Values.secretEnv .Values.global.objectStore.secret) }}
- secretRef:
    name: {{ . }}
{{- end }}
{{- end }}

{{- define "fincc.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .Values.pod.temporarySize }}
{{- with .Values.global.kafka.caSecret }}
- name: kafka-ca
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .Values.global.postgres.tls.caSecret }}
- name: postgres-ca
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .Values.secretKeys.secret }}
- name: secret-keys
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- with .Values.global.objectStore.claim }}
- name: objects
  persistentVolumeClaim:
    claimName: {{ . }}
{{- end }}
{{- with .Values.pod.volumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "fincc.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .Values.global.kafka.caSecret }}
- name: kafka-ca
  mountPath: /etc/fincc/kafka
  readOnly: true
{{- end }}
{{- if .Values.global.postgres.tls.caSecret }}
- name: postgres-ca
  mountPath: /etc/fincc/postgres
  readOnly: true
{{- end }}
{{- if .Values.secretKeys.secret }}
- name: secret-keys
  mountPath: /etc/fincc/secrets
  readOnly: true
{{- end }}
{{- if .Values.global.objectStore.claim }}
- name: objects
  mountPath: /var/lib/fincc/objects
{{- end }}
{{- with .Values.pod.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "fincc.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: {{ .Values.pod.readOnlyRootFilesystem }}
capabilities:
  drop: [ALL]
{{- end }}

{{/* Everything of a pod's spec but its account, containers and volumes. */}}
{{- define "fincc.podSpec" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.global.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.pod.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.pod.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
